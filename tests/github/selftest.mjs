// All tests of the simulation in one process: node --test tests/github/selftest.mjs

import './control.test.mjs';
import './git.test.mjs';
import './graphql.test.mjs';
import './rest.test.mjs';
