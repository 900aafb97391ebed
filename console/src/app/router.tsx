import { createRootRoute, createRoute, createRouter, type RouterHistory } from "@tanstack/react-router";
import { AlertRoute, AlertsRoute } from "@/features/alerts/route";
import { alertSearch } from "@/features/alerts/search";
import { DeviceRoute } from "@/features/device/route";
import { devicePageSearch } from "@/features/device/search";
import { DevicesRoute } from "@/features/devices/route";
import { deviceSearch } from "@/features/devices/search";
import { MapRoute } from "@/features/map/route";
import { mapSearch } from "@/features/map/search";
import { OverviewRoute } from "@/features/overview/route";
import { TrafficRoute } from "@/features/traffic/route";
import { trafficSearch } from "@/features/traffic/search";
import { VulnerabilitiesRoute } from "@/features/vulnerabilities/route";
import { findingSearch } from "@/features/vulnerabilities/search";
import { parseSearch, stringifySearch } from "@/shared/search-params";
import { Crashed } from "./crashed";
import { NotFound } from "./not-found";
import { Shell } from "./shell";

// A change of filter replaces the history entry, so that *back* leaves the list instead of undoing each filter.

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const overview = createRoute({ getParentRoute: () => root, path: "/", component: OverviewRoute });

const devices = createRoute({
  getParentRoute: () => root,
  path: "/devices",
  validateSearch: deviceSearch,
  component: function Devices() {
    const navigate = devices.useNavigate();
    return (
      <DevicesRoute
        search={devices.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const device = createRoute({
  getParentRoute: () => root,
  path: "/devices/$deviceId",
  validateSearch: devicePageSearch,
  component: function Device() {
    const navigate = device.useNavigate();
    const { deviceId } = device.useParams();
    return (
      <DeviceRoute
        key={deviceId}
        deviceId={deviceId}
        search={device.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const map = createRoute({
  getParentRoute: () => root,
  path: "/map",
  validateSearch: mapSearch,
  component: function PlantMap() {
    const navigate = map.useNavigate();
    return (
      <MapRoute search={map.useSearch()} onSearch={(search) => void navigate({ search, replace: true })} />
    );
  },
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  validateSearch: alertSearch,
  component: function Alerts() {
    const navigate = alerts.useNavigate();
    return (
      <AlertsRoute
        search={alerts.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const alert = createRoute({
  getParentRoute: () => root,
  path: "/alerts/$alertId",
  component: function Alert() {
    const { alertId } = alert.useParams();
    return <AlertRoute key={alertId} alertId={alertId} />;
  },
});

const vulnerabilities = createRoute({
  getParentRoute: () => root,
  path: "/vulnerabilities",
  validateSearch: findingSearch,
  component: function Vulnerabilities() {
    const navigate = vulnerabilities.useNavigate();
    return (
      <VulnerabilitiesRoute
        search={vulnerabilities.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const traffic = createRoute({
  getParentRoute: () => root,
  path: "/traffic",
  validateSearch: trafficSearch,
  component: function Traffic() {
    const navigate = traffic.useNavigate();
    return (
      <TrafficRoute
        search={traffic.useSearch()}
        onSearch={(search) => void navigate({ search, replace: true })}
      />
    );
  },
});

const tree = root.addChildren([overview, devices, device, map, alerts, alert, vulnerabilities, traffic]);

/** The console's pages by address; the query is plain text, so that links can be read and edited. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    history,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: Crashed,
    defaultPreload: false,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
