// GitHub's own published GraphQL schema.

import {readFileSync} from 'node:fs';
import {GraphQLInt, buildSchema} from 'graphql';

// The package exports its JavaScript only, so the file is named by its place.
const SCHEMA_FILE = new URL('../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);

export function loadSchema() {
  allowLargeIntegers();
  // The published text declares two fields twice, so it must be taken as it is.
  return buildSchema(readFileSync(SCHEMA_FILE, 'utf8'), {assumeValid: true, assumeValidSDL: true, noLocation: true});
}

// GitHub declares databaseId as Int, and answers with numbers beyond 2^31.
function allowLargeIntegers() {
  const strict = GraphQLInt.serialize;
  GraphQLInt.serialize = (value) => (Number.isSafeInteger(value) ? value : strict(value));
}
