/** A command that the client refuses; it changed nothing, and `sc` is the status to report (TS 5.3, 7.4). */
export class Refused extends Error {
  readonly sc: number;

  constructor(sc: number, why: string) {
    super(why);
    this.name = 'Refused';
    this.sc = sc;
  }
}
