/** Custom properties may stand in `style`: a measure that only the row or pane knows. */
import 'react';

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
