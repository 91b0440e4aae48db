// An interactive shell on a terminal of its own, by script(1): keys are typed once the shell waits for them, and what it prints
// is read.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { inProject } from './project.js';

const PROMPT = 'ready>>';
const PATIENCE = 60_000;

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Of a shell that reads no files of the user's; tsbpf is in its PATH. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, FORCE_COLOR: __, ...env } = process.env;
  return {
    ...env,
    PATH: `${inProject('bin')}:${env.PATH}`,
    TERM: 'dumb',
    HOME: '/nonexistent',
    TSBPF_PATH: '',
  };
}

export class InteractiveShell {
  readonly #child: ChildProcess;
  #output = '';
  #changed: () => void = () => {};

  private constructor(command: string) {
    this.#child = spawn('script', ['-qefc', `exec env PS1='${PROMPT}' ${command}`, '/dev/null'], {
      env: shellEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdout!.on('data', (part: Buffer) => {
      this.#output += part.toString();
      this.#changed();
    });
  }

  static async open(command: string): Promise<InteractiveShell> {
    const shell = new InteractiveShell(command);
    await shell.#until(() => shell.#output.includes(PROMPT));
    return shell;
  }

  /** Types a line and Enter; what is printed until the shell waits again. */
  async run(line: string): Promise<string> {
    this.#output = '';
    this.#child.stdin!.write(`${line}\r`);
    // The prompt comes again when the line has been run, not before.
    await this.#until(
      () => this.#output.slice(this.#output.indexOf('\n')).includes(PROMPT) && this.#output.includes('\n'),
    );
    return this.#output;
  }

  async close(): Promise<void> {
    const ended = new Promise(resolve => this.#child.on('close', resolve));
    this.#child.stdin!.end('exit\r');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }

  async #until(holds: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`the shell did not answer: ${JSON.stringify(this.#output)}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1000);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
