// Errors in GitHub's words. GitHub's server is written with graphql-ruby, so its messages differ from those of graphql-js.

import {Refusal} from '../refusal.mjs';

// An error of validation: no data, and a code that says what is wrong with the document.
const TRANSLATIONS = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"/,
    translate: ([, field, type]) => ({
      path: ['query', field],
      extensions: {code: 'undefinedField', typeName: type, fieldName: field},
      message: `Field '${field}' doesn't exist on type '${type}'`,
    }),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/,
    translate: ([, name, , field]) => ({
      path: ['query', field, name],
      extensions: {code: 'argumentNotAccepted', name: field, typeName: 'Field', argumentName: name},
      message: `Field '${field}' doesn't accept argument '${name}'`,
    }),
  },
  {
    pattern: /^Field "(\w+)" argument "(\w+)" of type "[^"]+" is required/,
    translate: ([, field, name]) => ({
      path: ['query', field],
      extensions: {code: 'missingRequiredArguments', className: 'Field', name: field, arguments: name},
      message: `Field '${field}' is missing required arguments: ${name}`,
    }),
  },
  {
    pattern: /^Variable "\$(\w+)" is never used/,
    translate: ([, name]) => ({
      path: ['query'],
      extensions: {code: 'variableNotUsed', variableName: name},
      message: `Variable $${name} is declared by anonymous query but not used`,
    }),
  },
  {
    pattern: /^Variable "\$(\w+)" of (?:required )?type "([^"]+)" was not provided/,
    translate: ([, name, type]) => ({
      extensions: {value: null, problems: [{path: [], explanation: 'Expected value to not be null'}]},
      message: `Variable $${name} of type ${type} was provided invalid value`,
    }),
  },
];

export function describeInvalid(error) {
  for (const {pattern, translate} of TRANSLATIONS) {
    const match = pattern.exec(error.message);
    if (match) {
      return {locations: error.locations, ...translate(match)};
    }
  }
  return {locations: error.locations, extensions: {code: 'graphqlValidation'}, message: error.message};
}

// An error of execution: one field is null, `path` says which, the rest of the data stands.
export function describeFailed(error) {
  const cause = error.originalError;
  const type = cause instanceof Refusal ? {type: cause.type} : {};
  const {extensions} = cause ?? {};
  return {...type, path: error.path, locations: error.locations, ...(extensions ? {extensions} : {}), message: error.message};
}
