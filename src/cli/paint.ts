// Colours of diagnostics, made only when there is a terminal to see them.
import { Chalk } from 'chalk';
import type { Paint } from '../compiler/diagnostics/render.js';

export function paint(): Paint {
  const chalk = new Chalk({ level: 1 });
  return (role, text) => {
    switch (role) {
      case 'error':
        return chalk.bold.red(text);
      case 'warning':
        return chalk.bold.yellow(text);
      case 'hint':
        return chalk.cyan(text);
      default:
        return text;
    }
  };
}
