import { dirname, relative, resolve as resolvePath } from 'node:path';
import type { GenericContainer } from 'testcontainers';
import { parseStatedDuration } from '../model/durations.js';
import type { ContainerStart } from '../model/implementation.js';
import type { ContainerLabel } from './container-label.js';
import type { Surroundings } from './surroundings.js';

export interface ContainerPlan {
  readonly name: string;
  readonly start: ContainerStart;
  /** The statement's own folder. */
  readonly folder: string;
  readonly surroundings: Surroundings;
  readonly label: ContainerLabel;
  readonly withinMs: number;
}

type Testcontainers = typeof import('testcontainers');

/** A container as the statement describes it, its image built; not started yet. testcontainers is loaded when it is first needed. */
export async function madeContainer(plan: ContainerPlan): Promise<GenericContainer> {
  const { start, surroundings, folder, label, withinMs } = plan;
  const library = await loaded();
  const container = new library.GenericContainer(start.image ?? (await builtImage(library, plan)));
  container
    .withLabels({ [label.key]: label.value })
    .withEnvironment({ ...surroundings.fillEnvironment(start.env) })
    .withStartupTimeout(withinMs)
    .withWaitStrategy(start.healthcheck === undefined ? noWait(library) : library.Wait.forHealthCheck());
  if (start.command !== undefined) container.withCommand(start.command.map((word) => surroundings.fill(word)));
  if (start.network === 'host') container.withNetworkMode('host');
  else {
    const ports = (start.ports ?? []).map((port) => ({
      container: port,
      host: Number(surroundings.fill(`{container.port.${port}}`)),
    }));
    container.withExposedPorts(...ports);
  }
  const files = (start.files ?? []).map(({ from, to }) => ({
    source: resolvePath(folder, surroundings.fill(from)),
    target: to,
  }));
  if (files.length > 0) container.withCopyFilesToContainer(files);
  if (start.healthcheck !== undefined) container.withHealthCheck(healthcheckOf(start.healthcheck));
  return container;
}

/** The library's own helper container is left out: the guard does its work, and needs no image. */
async function loaded(): Promise<Testcontainers> {
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  return await import('testcontainers');
}

/** The name of the image. It stays, so that its layers serve the next run. */
async function builtImage(library: Testcontainers, { start, folder, name }: ContainerPlan): Promise<string> {
  const file = resolvePath(folder, start.dockerfile ?? 'Dockerfile');
  const context = start.context === undefined ? dirname(file) : resolvePath(folder, start.context);
  const image = `dmconform-${name.toLowerCase()}:latest`;
  mend((await library.getContainerRuntimeClient()).image);
  await library.GenericContainer.fromDockerfile(context, relative(context, file)).build(image, { deleteOnExit: false });
  return image;
}

type Images = Awaited<ReturnType<Testcontainers['getContainerRuntimeClient']>>['image'];

const mended = new WeakSet<Images>();

/**
 * The library's builds, as they should be: what one that fails, or is cut short, has made on the way is removed; and one that breaks rejects, where the
 * library's own then neither resolves nor rejects, and nobody catches what broke it.
 */
function mend(images: Images): void {
  if (mended.has(images)) return;
  mended.add(images);
  const build = images.build.bind(images);
  images.build = (context, options) => rejecting(build(context, { ...options, forcerm: true }));
}

async function rejecting(build: Promise<void>): Promise<void> {
  let caught: (reason: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    caught = reject;
  });
  process.on('unhandledRejection', caught);
  try {
    await Promise.race([build, broken]);
  } finally {
    process.off('unhandledRejection', caught);
  }
}

/** Whether it is up is seen from outside, as of any other target. */
function noWait({ Wait }: Testcontainers): ReturnType<typeof Wait.forListeningPorts> {
  const strategy = Wait.forListeningPorts();
  strategy.waitUntilReady = () => Promise.resolve();
  return strategy;
}

function healthcheckOf({ command, interval, retries }: NonNullable<ContainerStart['healthcheck']>) {
  const [first = '', ...rest] = command;
  const test: ['CMD', ...string[]] = ['CMD', first, ...rest];
  return {
    test,
    ...(interval === undefined ? {} : { interval: parseStatedDuration(interval) }),
    ...(retries === undefined ? {} : { retries }),
  };
}
