// A refusal: GitHub understood the request and says no. GraphQL and REST each show it in their own shape.

export class Refusal extends Error {
  // type: NOT_FOUND, FORBIDDEN, UNPROCESSABLE, ... as GraphQL names it.
  // restErrors: the entries of "errors" in a REST 422.
  constructor(type, message, restErrors = undefined) {
    super(message);
    this.type = type;
    this.restErrors = restErrors;
  }
}

export function notFound(message) {
  return new Refusal('NOT_FOUND', message);
}

export function forbidden(message) {
  return new Refusal('FORBIDDEN', message);
}

export function unprocessable(message, restError = {code: 'custom', message}) {
  return new Refusal('UNPROCESSABLE', message, [restError]);
}
