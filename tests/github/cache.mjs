// Where the reduced description of GitHub's REST API is kept: made once by setup.mjs, outside git.

import path from 'node:path';
import {fileURLToPath} from 'node:url';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export function cacheDirectory() {
  return process.env.OOMPA_TEST_CACHE || path.join(projectRoot, 'build', 'test-cache');
}

export function descriptionFile() {
  return path.join(cacheDirectory(), 'github-rest.json');
}
