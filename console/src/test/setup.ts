import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startI18n } from "@/app/i18n";

startI18n();
configure({ asyncUtilTimeout: 8000 }); // Machines that run tests are busy with other things.
afterEach(cleanup);

// The test DOM has no layout: give windows of lists a size, so that they draw rows.
Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => 800 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 40 });
Object.defineProperty(Element.prototype, "clientWidth", { configurable: true, get: () => 1200 });

// Nor has it fonts, whose loading the kit's growing text field listens to.
Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });

window.matchMedia = (query: string) =>
  ({
    matches: query.includes("max-width") && window.innerWidth < 768,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) satisfies MediaQueryList;

window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

window.scrollTo = () => {};
Element.prototype.scrollTo = () => {};
