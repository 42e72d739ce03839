// node setup.mjs: makes ready what the simulated GitHub needs after `npm ci` in tests/.
//
// GitHub's description of its REST API is published in a package of 385 MB. It is packed into a temporary directory, the one
// file that matters is taken out and reduced, and the result is kept in the test cache. Nothing happens if it is there.

import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {cacheDirectory, descriptionFile} from './cache.mjs';
import {OPERATIONS, reduce} from './rest/subset.mjs';

const PACKAGE = '@octokit/openapi';
const VERSION = '23.0.2';
const ENTRY = 'package/generated/api.github.com.json';

function isCurrent(file) {
  if (!existsSync(file)) {
    return false;
  }
  const {info, operations} = JSON.parse(readFileSync(file, 'utf8'));
  return info.version === VERSION && JSON.stringify(operations) === JSON.stringify(OPERATIONS);
}

function fetchDescription() {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oompa-openapi-'));
  try {
    const options = {cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']};
    const archive = execFileSync('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`], options).trim();
    execFileSync('tar', ['-xzf', archive, ENTRY], options);
    return JSON.parse(readFileSync(path.join(directory, ENTRY), 'utf8'));
  } finally {
    rmSync(directory, {recursive: true, force: true});
  }
}

function main() {
  const file = descriptionFile();
  if (isCurrent(file)) {
    return;
  }
  const reduced = reduce(fetchDescription(), VERSION);
  mkdirSync(cacheDirectory(), {recursive: true});
  // Written beside and renamed, so that nobody reads half of it.
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(reduced)}\n`);
  renameSync(temporary, file);
}

main();
