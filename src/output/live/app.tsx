// Draws frames with ink and reads keys through it. The only file that loads ink and React, 100 ms of work: the sink imports it
// when everything is attached. Ink lays out and composes; in its debug mode it hands each frame over whole, and screen.ts
// writes what changed of it.
import { Chalk } from 'chalk';
import { Box, type Key as InkKey, render, Text, useInput } from 'ink';
import type { ReactElement } from 'react';
import type { Footer, Frame, Line, Style } from './frame.js';
import type { Key, KeyName } from './keyboard.js';

export interface AppOptions {
  /** A terminal, or undefined: no keys. Raw mode is on until unmount(). */
  readonly keyboard: NodeJS.ReadStream | undefined;
  readonly onKey: (key: Key) => void;
  /** Something was thrown while drawing. */
  readonly onFailure: (error: unknown) => void;
  /** Colours may be used; bold and reverse are, whatever it says. */
  readonly color: boolean;
}

export interface App {
  /** The frame as lines separated by newlines, with colours. */
  draw(frame: Frame): string;
  unmount(): void;
}

export async function mountApp(options: AppOptions): Promise<App> {
  const { keyboard } = options;
  // Without a TTY's name, lest ink writes cursor sequences of its own.
  let drawn = '';
  const write = (text: string): void => {
    drawn = text;
  };
  const stdout = { columns: 80, rows: 24, isTTY: false, write, on() {}, off() {} };
  let mounted: ReturnType<typeof render> | undefined;
  const paint = painter(options.color);
  return {
    draw(frame) {
      Object.assign(stdout, { columns: frame.width, rows: frame.height });
      const screen = <Screen frame={frame} paint={paint} keys={keyboard && options.onKey} />;
      if (mounted === undefined) {
        mounted = render(screen, {
          stdout: stdout as unknown as NodeJS.WriteStream,
          stdin: keyboard ?? ({ isTTY: false } as unknown as NodeJS.ReadStream),
          debug: true,
          exitOnCtrlC: false,
          patchConsole: false,
          isScreenReaderEnabled: false,
        });
        mounted.waitUntilExit().catch(options.onFailure);
      } else {
        mounted.rerender(screen);
      }
      return drawn;
    },
    unmount() {
      mounted?.unmount();
    },
  };
}

type Paint = Readonly<Record<Style, (text: string) => string>>;

/** Sixteen colours, which every terminal has. */
function painter(color: boolean): Paint {
  const always = new Chalk({ level: 1 });
  const colors = new Chalk({ level: color ? 1 : 0 });
  return {
    plain: text => text,
    head: always.inverse,
    selected: text => always.inverse(colors.cyan(text)),
    dim: always.dim,
    strong: always.bold,
    warning: colors.yellow,
    error: text => always.bold(colors.red(text)),
  };
}

interface ScreenProps {
  readonly frame: Frame;
  readonly paint: Paint;
  readonly keys: ((key: Key) => void) | undefined;
}

export function Screen({ frame, paint, keys }: ScreenProps): ReactElement {
  useInput((input, key) => eachKey(input, key, keys ?? (() => {})), { isActive: keys !== undefined });
  return (
    <Box flexDirection="column" width={frame.width} height={frame.height}>
      <Title title={frame.title} paint={paint} />
      <Box flexDirection="column" height={frame.body.length}>
        {frame.body.map((line, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
          <BodyLine key={row} line={line} paint={paint} />
        ))}
      </Box>
      {frame.footer !== undefined && <Bottom footer={frame.footer} paint={paint} />}
    </Box>
  );
}

function Title({ title, paint }: { title: Frame['title']; paint: Paint }): ReactElement {
  const status = title.status.map(part => paint[part.style](part.text)).join('  ');
  return (
    <Box height={1} justifyContent="space-between">
      <Text wrap="truncate">{`${paint.strong(title.left)}${paint.warning(title.state)}` || ' '}</Text>
      <Box flexShrink={0}>
        <Text wrap="truncate">{status}</Text>
      </Box>
    </Box>
  );
}

function BodyLine({ line, paint }: { line: Line; paint: Paint }): ReactElement {
  return (
    <Box height={1}>
      <Text wrap="truncate">{line.text === '' ? ' ' : paint[line.style](line.text)}</Text>
    </Box>
  );
}

function Bottom({ footer, paint }: { footer: Footer; paint: Paint }): ReactElement {
  const text =
    footer.kind === 'prompt'
      ? ` ${paint.strong(footer.label)}${footer.text}${paint.dim(footer.hint)}`
      : ` ${footer.keys.map(([key, word]) => `${paint.strong(key)} ${paint.dim(word)}`).join('   ')}`;
  return (
    <Box height={1}>
      <Text wrap="truncate">{text}</Text>
    </Box>
  );
}

/** Typed or pasted faster than they are read, characters come together. */
function eachKey(input: string, key: InkKey, press: (key: Key) => void): void {
  const name = nameOf(input, key);
  if (name !== 'char') {
    if (name !== undefined) press({ name, char: '' });
    return;
  }
  for (const char of input) {
    if (char === '\r' || char === '\n') press({ name: 'enter', char: '' });
    else if (char === '\x7f' || char === '\b') press({ name: 'backspace', char: '' });
    else if (char >= ' ') press({ name: 'char', char });
  }
}

function nameOf(input: string, key: InkKey): KeyName | undefined {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageUp';
  if (key.pageDown) return 'pageDown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return 'tab';
  if (key.backspace || key.delete) return 'backspace';
  if (key.ctrl) return { c: 'interrupt', z: 'suspend', l: 'redraw' }[input] as KeyName | undefined;
  return input === '' || key.meta ? undefined : 'char';
}
