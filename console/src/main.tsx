import "@mantine/core/styles.css";
import "./app/tokens.css";
import "./app/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Console, makeQueryClient } from "./app/console";
import { startI18n } from "./app/i18n";
import { makeRouter } from "./app/router";

startI18n();
const host = document.getElementById("root");
if (host) {
  createRoot(host).render(
    <StrictMode>
      <Console router={makeRouter()} queryClient={makeQueryClient()} />
    </StrictMode>,
  );
}
