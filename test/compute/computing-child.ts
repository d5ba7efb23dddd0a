/** A process to be killed: opens the folder it is given, computes the column `width` of the table `pier`, and never ends by itself. */
import { idOf, openRoom } from './compute-room.ts';

const [, , folder = ''] = process.argv;
const room = await openRoom(folder);
const table = await room.catalog.tree.getTable('pier');
room.catalog.onChange((change) => {
  if (change.kind === 'cells') process.send?.({ written: change.rowIds?.length ?? 0 });
});
await room.compute.run({ table, columnIds: [idOf(table, 'width')] });
