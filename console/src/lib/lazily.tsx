// Components that are loaded when they are first shown. Like React.lazy, but the arrival is an ordinary
// update: a retry of Suspense may wait for ever behind a stream of live updates on a slow machine.

import { useEffect, useState, type ComponentType, type ReactNode } from "react";

export function lazily<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  fallback: (props: Props) => ReactNode,
): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Lazily(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(() => known);
    const [problem, setProblem] = useState(false);
    useEffect(() => {
      let wanted = true;
      load().then(
        (module) => {
          known = module.default;
          if (wanted) setPart(() => module.default);
        },
        () => {
          if (wanted) setProblem(true);
        },
      );
      return () => {
        wanted = false;
      };
    }, []);
    if (problem) {
      return (
        <p role="alert" className="py-6 text-center text-sm text-danger">
          This part of the console could not be fetched; the engine may have been updated. Reload the page.
        </p>
      );
    }
    return Part === null ? fallback(props) : <Part {...props} />;
  };
}
