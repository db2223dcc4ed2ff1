// Charts are loaded when the first of them is shown: the first page does not wait for them.

import { Loading } from "@/components/states";
import { lazily } from "@/lib/lazily";
import type { ComponentProps } from "react";
import type LineChartOf from "./line-chart";
import type PriceChartOf from "./price-chart";

export const LineChart = lazily<ComponentProps<typeof LineChartOf>>(
  () => import("./line-chart"),
  ({ height }) => (
    <div className={`${height ?? "h-56"} grid place-items-center`}>
      <Loading />
    </div>
  ),
);

export const PriceChart = lazily<ComponentProps<typeof PriceChartOf>>(
  () => import("./price-chart"),
  () => (
    <div className="grid h-96 place-items-center">
      <Loading />
    </div>
  ),
);
