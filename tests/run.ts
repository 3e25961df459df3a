import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** `npm test`: the checks, then every suite, closed by one line that counts: `N passed, N failed, N skipped`. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
}

const run = (command: string, args: string[]): number =>
  spawnSync(command, args, { stdio: 'inherit', shell: false }).status ?? 1;

const check = run('node', ['tests/check.ts', '--no-tests']);
if (run('npm', ['run', '--silent', 'build:web']) !== 0) process.exit(1);
process.env['KULUMA_PAGES'] = resolve(import.meta.dirname, '../cloud/web/dist');

const folder = mkdtempSync(join(tmpdir(), 'kuluma-tests-'));
const file = join(folder, 'report.json');
const suites = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
const none: Report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numFailedTestSuites: 1 };
const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : none;
rmSync(folder, { recursive: true });

// A suite that broke before its first test counts as one failure, as does a failed check.
const broken = report.numFailedTests === 0 ? report.numFailedTestSuites : 0;
const failed = report.numFailedTests + broken + (check === 0 ? 0 : 1);
console.log(`${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests} skipped`);
process.exit(failed === 0 && suites === 0 ? 0 : 1);
