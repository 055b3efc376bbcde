// Starts Swagger UI on the description of this server. Nothing inline: the page's policy lets only files run.
"use strict";

const place = document.getElementById("api-docs");
window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // What is tried out goes to the server that this page came from, by whichever name it was reached.
  requestInterceptor: (request) => {
    const url = new URL(request.url, window.location.href);
    if (url.pathname.startsWith("/api/")) request.url = window.location.origin + url.pathname + url.search;
    return request;
  },
});
