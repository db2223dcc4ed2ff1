// The regimes as coloured bands behind the candles.

import type { Regime } from "@/api/types";
import { runsOf, type Run } from "@/lib/regime-runs";
import type { IChartApi, IPrimitivePaneRenderer, IPrimitivePaneView, ISeriesPrimitive, Logical, PrimitivePaneViewZOrder, Time } from "lightweight-charts";

export class RegimeBands implements ISeriesPrimitive<Time> {
  private runs: Run[] = [];
  private requestUpdate: (() => void) | undefined;

  constructor(
    private readonly chart: IChartApi,
    private readonly colours: Record<Regime, string>,
  ) {}

  attached({ requestUpdate }: { requestUpdate: () => void }): void {
    this.requestUpdate = requestUpdate;
  }

  set(regimes: readonly Regime[]): void {
    this.runs = runsOf(regimes);
    this.requestUpdate?.();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    const renderer: IPrimitivePaneRenderer = {
      draw: () => undefined,
      drawBackground: (target) => {
        target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio }) => {
          for (const run of this.runs) {
            const from = this.x(run.first - 0.5);
            const to = this.x(run.last + 0.5);
            if (from === null || to === null || to < 0) continue;
            context.fillStyle = this.colours[run.regime];
            const left = Math.round(from * horizontalPixelRatio);
            context.fillRect(left, 0, Math.round(to * horizontalPixelRatio) - left, bitmapSize.height);
          }
        });
      },
    };
    return [{ renderer: () => renderer, zOrder: (): PrimitivePaneViewZOrder => "bottom" }];
  }

  /** Halves of bars lie between the coordinates of whole ones. */
  private x(logical: number): number | null {
    const scale = this.chart.timeScale();
    const below = scale.logicalToCoordinate(Math.floor(logical) as Logical);
    const above = scale.logicalToCoordinate(Math.ceil(logical) as Logical);
    return below === null || above === null ? null : (below + above) / 2;
  }
}
