/** Key of what a scenario knows of a device. */
export function deviceKey({
  scenario,
  device,
}: {
  readonly scenario?: string | undefined;
  readonly device?: string | undefined;
}): string {
  return `${scenario} ${device}`;
}
