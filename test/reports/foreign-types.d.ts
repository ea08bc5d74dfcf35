// Two foreign readers that bring no types along: as much of each as the tests use.
declare module 'jsonld' {
  interface Options {
    /** Called for what lies outside the document; a test that needs no network lets it throw. */
    readonly documentLoader?: (url: string) => Promise<never>;
  }
  interface Processor {
    expand(document: object, options?: Options): Promise<readonly Readonly<Record<string, unknown>>[]>;
    toRDF(document: object, options: Options & { readonly format: 'application/n-quads' }): Promise<string>;
  }
  const jsonld: Processor;
  export = jsonld;
}

declare module 'allure-commandline' {
  import type { ChildProcess } from 'node:child_process';

  const allure: (parameters: readonly string[]) => ChildProcess;
  export = allure;
}
