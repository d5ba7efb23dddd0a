/** A lucide icon at the one size and weight; hidden from the tree, since what it stands beside has a name. */
import type { LucideIcon } from 'lucide-react';

const strokeWidth = 1.5;

/** `size` in pixels: 16 in bars and menus, 12 as a badge, 32 in empty places. */
export function Icon({
  of: Shape,
  size = 16,
  className,
}: {
  readonly of: LucideIcon;
  readonly size?: 12 | 16 | 32;
  readonly className?: string | undefined;
}) {
  return <Shape size={size} strokeWidth={strokeWidth} absoluteStrokeWidth aria-hidden className={className} />;
}
