import classes from "./logo.module.css";

/** The mark: a flanged sight glass with the level of what flows behind it. Decorative. */
export function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className={classes.mark}>
      <circle cx="16" cy="16" r="15" className={classes.flange} />
      <g className={classes.bolts}>
        <circle cx="16" cy="3.4" r="1.3" />
        <circle cx="26.9" cy="9.7" r="1.3" />
        <circle cx="26.9" cy="22.3" r="1.3" />
        <circle cx="16" cy="28.6" r="1.3" />
        <circle cx="5.1" cy="22.3" r="1.3" />
        <circle cx="5.1" cy="9.7" r="1.3" />
      </g>
      <circle cx="16" cy="16" r="9.6" className={classes.glass} />
      <path
        d="M6.6 17.2c3.1-2.6 6.3-2.6 9.4 0s6.3 2.6 9.4 0A9.6 9.6 0 0 1 6.6 17.2Z"
        className={classes.fluid}
      />
      <circle cx="16" cy="16" r="9.6" className={classes.rim} />
    </svg>
  );
}
