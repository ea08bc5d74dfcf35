import { type DataTable, Given } from '@cucumber/cucumber';
import { permutation, subset } from './support/shuffle.js';
import type { ConformWorld } from './support/world.js';

type Rows = readonly (readonly string[])[];

Given('the client holds a sample object', function (this: ConformWorld) {
  this.client.provides();
});

Given('the server sends the package', function (this: ConformWorld, table: DataTable) {
  this.client.sends(table.raw());
});

Given('the server sends the package {int} times', function (this: ConformWorld, times: number, table: DataTable) {
  for (let round = 0; round < times; round += 1) this.client.sends(table.raw());
});

Given('in the next session the server sends the package', function (this: ConformWorld, table: DataTable) {
  this.client.nextSession();
  this.client.sends(table.raw());
});

Given(
  'the server sends the package with END in place {int}',
  function (this: ConformWorld, place: number, table: DataTable) {
    const rows = table.raw();
    this.client.sends([...rows.slice(0, place - 1), ['END'], ...rows.slice(place - 1)]);
  },
);

Given('the server sends the malformed package', function (this: ConformWorld, body: string) {
  this.client.sendsBody(body);
});

Given('the server sends the malformed package {int} times', function (this: ConformWorld, times: number, body: string) {
  for (let round = 0; round < times; round += 1) this.client.sendsBody(body);
});

Given('the server sends a package of {int} uploads', function (this: ConformWorld, count: number) {
  this.client.sends(Array.from({ length: count }, (_, index) => upload(index)));
});

Given(
  'the server sends a package of {int} commands, every tenth an upload',
  function (this: ConformWorld, count: number) {
    this.client.sends(
      Array.from({ length: count }, (_, index) => (index % 10 === 0 ? upload(index) : ['DELETE', '{absent}'])),
    );
  },
);

Given('the server sends {int} seeded mixtures of', function (this: ConformWorld, count: number, table: DataTable) {
  for (let mixture = 0; mixture < count; mixture += 1) {
    // Three commands at least, so that there is an order to mix up.
    const rows = subset(permutation(table.raw(), this.run.random), 3, this.run.random);
    this.client.sends(
      rows.map((row) => row.map((cell) => (cell.startsWith('{repository}') ? `${cell}-${mixture}` : cell))),
    );
  }
});

Given(
  'the server sends each command alone and then all in {int} seeded orders',
  function (this: ConformWorld, orders: number, table: DataTable) {
    const rows = table.raw();
    sendAlone(this, rows);
    for (let order = 0; order < orders; order += 1) this.client.sends(permutation(rows, this.run.random));
  },
);

Given(
  'the server sends each command alone and then all in one package',
  function (this: ConformWorld, table: DataTable) {
    sendAlone(this, table.raw());
    this.client.sends(table.raw());
  },
);

Given('the server asks for all that was reported', function (this: ConformWorld) {
  this.client.sendsComputed((reports) => {
    const places = reports.at(-1)?.statuses.flatMap((status) => status.uris) ?? [];
    return places.length === 0
      ? [['END']]
      : places.map((uri, index) => ['HPUT', `{repository}/reported-${index}`, uri]);
  });
});

Given('the server answers {int}', function (this: ConformWorld, status: number) {
  this.client.sends([['END']]);
  this.client.answersWith(status);
});

Given('the package is withheld', function (this: ConformWorld) {
  this.client.withholdsPackage();
});

Given(
  'the package is sent {form}',
  function (this: ConformWorld, form: Parameters<ConformWorld['client']['delivers']>[0]) {
    this.client.delivers(form);
  },
);

function sendAlone(world: ConformWorld, rows: Rows): void {
  for (const row of rows) world.client.sends([row]);
}

function upload(index: number): readonly string[] {
  return ['HPUT', `{repository}/upload-${index}`, '{devInfo}Man'];
}
