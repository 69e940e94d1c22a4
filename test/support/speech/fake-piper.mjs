#!/usr/bin/env node
// Speaks piper's process protocol: text on stdin, raw 16-bit PCM on stdout; the sound tells what it was asked (one
// sample a letter, scaled by --length_scale). Text `hang` never ends, `fail` ends with an error.
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { setInterval } from 'node:timers';

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
let text = '';
process.stdin.on('data', (part) => (text += part));
process.stdin.on('end', () => {
  if (text.trim() === 'hang') return void setInterval(() => undefined, 1000);
  if (text.trim() === 'fail') {
    process.stderr.write('model is broken\n');
    process.exit(3);
  }
  const length = Math.round(text.trim().length * Number(option('--length_scale')));
  const samples = new Int16Array(length).fill(option('--model').endsWith('ru.onnx') ? 2 : 1);
  process.stdout.write(Buffer.from(samples.buffer));
});
