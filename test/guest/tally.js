// Adds up test runs: `node test/guest/tally.js [--totals] SUITE...` reads build/results/SUITE.tap (from `ava --tap`) and
// build/results/SUITE.status (the run's exit status), prints a matrix of test files and suites, every failure with its
// details and every skip with its reason, and at the end `N passed, N failed`. --totals leaves the details out.
//
// A second try: `node test/guest/tally.js --again SUITE FOLDER` prints the compiled files (in FOLDER) of a suite's failed tests
// when these are at most three; what they give when they are run once more goes to build/results/SUITE-again.tap. A test that
// passes then counts as passed, and is listed with what it said the first time: such a test is to be mended.
//
// Nothing may be hidden: a suite without results, one that stopped before its end, and one whose exit status says failure
// without naming a failed test each count as a failure. A skipped test counts neither as passed nor as failed.

import { readdirSync, readFileSync } from 'node:fs';

const TEST_LINE = /^(not )?ok \d+ - (.*?)( # SKIP| # TODO)?$/;
const SUMMARY_LINE = /^# (tests|pass|skip|todo|fail) (\d+)$/;
/** Where more tests fail, something is broken: no second try. */
const FEW = 3;

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The tests of one run; what is wrong with the run as a whole is a failed test of it. */
function readRun(name) {
  const tests = [];
  const summary = new Map();
  let failed;
  for (const line of read(`build/results/${name}.tap`).split('\n')) {
    const found = TEST_LINE.exec(line);
    const total = SUMMARY_LINE.exec(line);
    if (found) {
      const [, not, title, directive] = found;
      const state = directive ? 'skipped' : not ? 'failed' : 'passed';
      const parts = title.split(' › ');
      failed = { state, title, file: parts.length > 1 ? parts.slice(0, -1).join('/') : '(run)', details: [] };
      tests.push(failed);
    } else if (total) summary.set(total[1], Number(total[2]));
    else if (line.startsWith('  ') && failed?.state === 'failed') failed.details.push(line);
  }
  const status = read(`build/results/${name}.status`).trim();
  const failures = tests.filter(test => test.state === 'failed').length;
  const problems = [];
  if (tests.length === 0) problems.push('no test ran');
  else if (!summary.has('fail')) problems.push('the run stopped before its end');
  else if (summary.get('fail') > failures)
    problems.push(`${summary.get('fail') - failures} more tests failed or never ran`);
  if (problems.length === 0 && failures === 0 && status !== '0')
    problems.push(`exit status ${status || 'unknown'}`);
  for (const problem of problems) tests.push({ state: 'failed', title: problem, file: '(run)', details: [] });
  return tests;
}

/** ava leaves the folders and the file name out of a title where all tests of a run share them. */
function isSameTest(title, again) {
  return title === again || title.endsWith(` › ${again}`);
}

/** The tests of one suite, after its second try if it had one. */
function readSuite(name) {
  const tests = readRun(name);
  const failed = tests.filter(test => test.state === 'failed');
  if (failed.length <= FEW && read(`build/results/${name}-again.tap`) !== '') {
    const passed = readRun(`${name}-again`).filter(test => test.state === 'passed');
    for (const test of failed) {
      if (!passed.some(again => isSameTest(test.title, again.title))) continue;
      test.state = 'passed';
      test.isSecondTry = true;
    }
  }
  return { name, tests };
}

/** The compiled files of a suite's failed tests, or none where there are too many or the run itself failed. */
function filesToTryAgain(name, folder) {
  const failed = readRun(name).filter(test => test.state === 'failed');
  if (failed.length > FEW || failed.some(test => test.file === '(run)')) return [];
  const compiled = readdirSync(folder, { recursive: true }).filter(file => file.endsWith('.js'));
  const files = failed.map(test => compiled.find(file => `/${file}`.endsWith(`/${test.file}.js`)));
  return [...new Set(files.filter(file => file !== undefined))].map(file => `${folder}/${file}`);
}

function count(tests, state) {
  return tests.filter(test => test.state === state).length;
}

/** "12", "12 -1" (one failed), "12 (3)" (three skipped). */
function cell(tests) {
  if (tests.length === 0) return '';
  const failed = count(tests, 'failed');
  const skipped = count(tests, 'skipped');
  return `${count(tests, 'passed')}${failed ? ` -${failed}` : ''}${skipped ? ` (${skipped})` : ''}`;
}

/** ava leaves out the folders that all files of a run share: "sys-map" of one run is "kernel/sys-map" of another. */
function useLongestFileNames(suites) {
  const all = suites.flatMap(suite => suite.tests);
  const names = [...new Set(all.map(test => test.file))].sort((a, b) => b.length - a.length);
  for (const test of all) test.file = names.find(name => name.endsWith(`/${test.file}`)) ?? test.file;
}

function printMatrix(suites) {
  useLongestFileNames(suites);
  const files = [...new Set(suites.flatMap(suite => suite.tests.map(test => test.file)))].sort();
  const rows = [
    ['passed -failed (skipped)', ...suites.map(suite => suite.name)],
    ...files.map(file => [
      file,
      ...suites.map(suite => cell(suite.tests.filter(test => test.file === file))),
    ]),
    ['all', ...suites.map(suite => cell(suite.tests))],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  for (const row of rows) {
    const cells = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

function printDetails(suites) {
  for (const suite of suites) {
    for (const test of suite.tests) {
      const outcome =
        test.state === 'failed' ? 'FAILED' : test.isSecondTry ? 'passed at the second try' : undefined;
      if (outcome) console.log([`${outcome} ${suite.name}: ${test.title}`, ...test.details].join('\n'));
    }
  }
  for (const suite of suites) {
    for (const test of suite.tests) {
      if (test.state === 'skipped') console.log(`skipped ${suite.name}: ${test.title}`);
    }
  }
}

function tally(args) {
  const suites = args.filter(arg => arg !== '--totals').map(readSuite);
  if (!args.includes('--totals')) {
    printMatrix(suites);
    console.log();
    printDetails(suites);
  }
  const all = suites.flatMap(suite => suite.tests);
  const failures = count(all, 'failed');
  const skips = count(all, 'skipped');
  const seconds = all.filter(test => test.isSecondTry).length;
  if (skips > 0) console.log(`${skips} skipped`);
  if (seconds > 0) console.log(`${seconds} of those that passed did so at the second try`);
  console.log(`${count(all, 'passed')} passed, ${failures} failed`);
  process.exitCode = failures > 0 || suites.length === 0 ? 1 : 0;
}

const args = process.argv.slice(2);
if (args[0] === '--again') for (const file of filesToTryAgain(args[1], args[2])) console.log(file);
else tally(args);
