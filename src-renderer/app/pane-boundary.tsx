/** A pane that crashed says so and can be drawn anew; the others go on. */
import { Component, type ReactNode } from 'react';
import { Band } from '../ui/band.tsx';
import { Button } from '../ui/button.tsx';
import { words } from './words.ts';

/** Put around each pane. */
export class PaneBoundary extends Component<{ readonly children: ReactNode }, { readonly failure: Error | null }> {
  override state: { readonly failure: Error | null } = { failure: null };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (!failure) return this.props.children;
    return (
      <Band tone="error" text={words.paneStopped}>
        <Button onClick={() => this.setState({ failure: null })}>{words.reload}</Button>
        <Button onClick={() => void navigator.clipboard.writeText(failure.stack ?? failure.message)}>{words.copyDetails}</Button>
      </Band>
    );
  }
}
