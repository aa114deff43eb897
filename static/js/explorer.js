// Shows the API's description, and lets people try it under the name that they sign in as there.
const explorer = document.getElementById("explorer");
SwaggerUIBundle({
  domNode: explorer,
  url: explorer.dataset.description,
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
});
