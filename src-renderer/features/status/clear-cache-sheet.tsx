/** Asks before the cache is cleared: one of the few questions there are, since it cannot be undone. */
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function ClearCacheSheet({
  bytes,
  onClear,
  onClose,
}: {
  readonly bytes: number;
  readonly onClear: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={words.clearCacheTitle}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look="main"
            onClick={() => {
              onClear();
              onClose();
            }}
          >
            {words.clearCache}
          </Button>
        </>
      }
    >
      <p>{words.clearCacheQuestion(bytes)}</p>
    </Dialog>
  );
}
