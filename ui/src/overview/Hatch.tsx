import { makeStyles } from "@fluentui/react-components";

const useStyles = makeStyles({ line: { "@media (forced-colors: active)": { stroke: "CanvasText" } } });

interface Props {
  id: string;
  colour: string;
  /** Distance of the lines, in pixels. */
  gap?: number;
  width?: number;
  opacity?: number;
}

/** A hatch for `fill="url(#id)"`: the second sign beside colour. */
export function Hatch({ id, colour, gap = 5, width = 1, opacity = 1 }: Props) {
  const styles = useStyles();
  return (
    <pattern id={id} width={gap} height={gap} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line
        className={styles.line}
        x1={0}
        y1={0}
        x2={0}
        y2={gap}
        stroke={colour}
        strokeWidth={width * 2}
        strokeOpacity={opacity}
      />
    </pattern>
  );
}
