import { type ReactNode, useEffect } from "react";
import classes from "./page.module.css";

export interface PageProps {
  title: string;
  /** Above the title: the way back. */
  crumb?: ReactNode;
  /** Beside the title: counts, badges, actions. */
  aside?: ReactNode;
  /** The page fills the window and scrolls inside, as tables and the map do. */
  fill?: boolean;
  children: ReactNode;
}

/** Heading and frame of a page; also names the browser tab. */
export function Page({ title, crumb, aside, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Sightglass`;
  }, [title]);
  return (
    <div className={fill ? `${classes.page} ${classes.fill}` : classes.page}>
      <header className={classes.head}>
        <div className={classes.name}>
          {crumb && <div className={classes.crumb}>{crumb}</div>}
          <h1 className={classes.title}>
            <bdi>{title}</bdi>
          </h1>
        </div>
        {aside && <div className={classes.aside}>{aside}</div>}
      </header>
      {children}
    </div>
  );
}
