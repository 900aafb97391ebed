import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSignedOut } from "@/api/session";
import { Icon, type IconName } from "@/shared/icons";
import { LogoMark } from "@/shared/logo";
import { CaptureStrip } from "./capture-strip";
import { SessionEnded } from "./session-ended";
import classes from "./shell.module.css";

/** A page in the navigation; adding one is one line here and one in `router.tsx`. */
const PAGES = [
  { to: "/", key: "overview", icon: "overview" },
  { to: "/devices", key: "devices", icon: "devices" },
  { to: "/map", key: "map", icon: "map" },
  { to: "/alerts", key: "alerts", icon: "alerts" },
  { to: "/vulnerabilities", key: "vulnerabilities", icon: "findings" },
  { to: "/traffic", key: "traffic", icon: "traffic" },
] as const satisfies readonly { to: string; key: string; icon: IconName }[];

/** Frame of every page: navigation, what is being looked at, and the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const signedOut = useSignedOut();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });

  // A new page starts at its top, with its heading as the reading position.
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);

  if (signedOut) return <SessionEnded />;
  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        {t("nav.skip")}
      </a>
      <nav className={classes.rail} aria-label={t("nav.label")}>
        <Link to="/" className={classes.brand} aria-label={t("nav.home")}>
          <LogoMark />
          <span className={classes.word}>Sightglass</span>
        </Link>
        <ul className={classes.pages}>
          {PAGES.map(({ to, key, icon }) => (
            <li key={to}>
              <Link
                to={to}
                className={classes.page}
                activeOptions={{ exact: to === "/", includeSearch: false }}
              >
                <Icon name={icon} size={18} />
                <span className={classes.long}>{t(`nav.${key}`)}</span>
                <span className={classes.short}>{t(`navShort.${key}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
        <p className={classes.passive}>{t("nav.passive")}</p>
      </nav>
      <header className={classes.top}>
        <Link to="/" className={classes.topBrand} aria-label={t("nav.home")}>
          <LogoMark size={26} />
        </Link>
        <CaptureStrip />
        <Jump />
        <SchemeSwitch />
      </header>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}

/** Search for a device from anywhere; the slash key goes there. */
function Jump() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  useHotkeys([["/", () => field.current?.focus()]]);
  const go = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ to: "/devices", search: { q: words.trim() || undefined } });
    setWords("");
    field.current?.blur();
  };
  return (
    <form className={classes.jump} onSubmit={go}>
      <Icon name="search" size={14} />
      <input
        ref={field}
        type="search"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        placeholder={t("nav.jump")}
        aria-label={t("nav.jump")}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function SchemeSwitch() {
  const { t } = useTranslation();
  // Keeping transitions means that the kit does not inject a style element to suppress them.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark =
    colorScheme === "dark" ||
    (colorScheme === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  const label = t(dark ? "nav.light" : "nav.dark");
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        className={classes.scheme}
        aria-label={label}
        onClick={() => setColorScheme(dark ? "light" : "dark")}
      >
        <Icon name={dark ? "sun" : "moon"} />
      </ActionIcon>
    </Tooltip>
  );
}
