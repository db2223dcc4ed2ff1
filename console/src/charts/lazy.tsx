// Charts are loaded when the first of them is shown: the first page does not wait for them.

import { Loading } from "@/components/states";
import { lazy, Suspense, type ComponentProps } from "react";

const LazyLine = lazy(() => import("./line-chart"));
const LazyPrice = lazy(() => import("./price-chart"));

export function LineChart(props: ComponentProps<typeof LazyLine>) {
  return (
    <Suspense fallback={<Loading />}>
      <LazyLine {...props} />
    </Suspense>
  );
}

export function PriceChart(props: ComponentProps<typeof LazyPrice>) {
  return (
    <Suspense fallback={<Loading />}>
      <LazyPrice {...props} />
    </Suspense>
  );
}
