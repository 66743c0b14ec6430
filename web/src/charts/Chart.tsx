/** The only place that draws with ECharts: one option in, an SVG out that follows its box, on paper too. */
import { useComputedColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef, type ReactElement } from "react";

import type { Scheme } from "../theme/palette";
import classes from "./chart.module.css";

export type Pick = { name: string; data: unknown; dataType: string | undefined };

type Props = {
  /** What the picture shows, with unit and period; the accessible name. */
  label: string;
  option: (scheme: Scheme, width: number) => EChartsCoreOption;
  height: number;
  onPick?: (pick: Pick) => void;
};

/** Pictures have no keyboard path of their own: each stands beside a table that says and opens the same. */
export function Chart({ label, option, height, onPick }: Props): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const latest = useRef({ option, onPick });
  const scheme = useComputedColorScheme("light");
  const isStill = useMediaQuery("(prefers-reduced-motion: reduce)", true);
  latest.current = { option, onPick };

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let isGone = false;
    let width = element.clientWidth;
    const fit = () => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      chart.current?.resize({ width, height });
      chart.current?.setOption({ animation: false, ...latest.current.option(scheme, width) }, { notMerge: true });
      chart.current?.getZr().flush(); // paper does not wait for the next frame
    };
    const observer = new ResizeObserver(fit);
    void import("./echarts").then(({ init }) => {
      if (isGone) return;
      const drawn = init(element, null, { renderer: "svg", height });
      chart.current = drawn;
      drawn.on("click", (event) => latest.current.onPick?.({ name: event.name, data: event.data, dataType: event.dataType }));
      drawn.setOption({ animation: !isStill, animationDuration: 250, ...latest.current.option(scheme, width) });
      element.dataset.drawn = "true";
      observer.observe(element);
    });
    window.addEventListener("beforeprint", fit);
    window.addEventListener("afterprint", fit);
    return () => {
      isGone = true;
      observer.disconnect();
      window.removeEventListener("beforeprint", fit);
      window.removeEventListener("afterprint", fit);
      chart.current?.dispose();
      chart.current = null;
    };
  }, [scheme, isStill, height]);

  useEffect(() => {
    chart.current?.setOption({ animation: !isStill, ...option(scheme, box.current?.clientWidth ?? 0) }, { notMerge: true });
  }, [option, scheme, isStill]);

  return (
    <div className={classes.chart} role="img" aria-label={label} data-picks={onPick ? true : undefined} style={{ height }}>
      <div ref={box} aria-hidden="true" className={classes.canvas} />
    </div>
  );
}
