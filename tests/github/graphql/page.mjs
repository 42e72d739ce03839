// A whole list that the client will see one page of, and further fields of its connection and of its edges.

export class Page {
  constructor(all, {extra = {}, edgeFields = () => ({})} = {}) {
    this.all = all;
    this.extra = extra;
    this.edgeFields = edgeFields;
  }
}
