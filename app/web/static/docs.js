// The address that is shown is one to type: it leaves out what the server takes for granted.
function withoutDefaults(request) {
  const url = new URL(request.url, location.href);
  const asked = window.ui?.specSelectors.specJson().getIn(["paths", url.pathname, "get", "parameters"]);
  for (const { name, schema } of asked?.toJS() ?? []) {
    if ("default" in schema && `${schema.default}` === `${url.searchParams.getAll(name)}`) {
      url.searchParams.delete(name);
    }
  }
  return Object.assign(request, { url: url.href });
}

// The server says what is wrong with a value better than the form, which would ask nothing. Only
// what is required must be there, since there is no address to ask without it.
const serverDecides = {
  statePlugins: {
    spec: {
      wrapActions: {
        validateParams: (validate, { specActions, specSelectors }) => (operation, ...rest) => {
          const parameters = specSelectors.operationWithMeta(...operation).get("parameters", []);
          const isMissing = (one) => one.get("required") && !(one.get("value")?.size ?? one.get("value"));
          specActions.clearResponse(...operation);
          specActions.clearValidateParams(operation);
          return parameters.some(isMissing) ? validate(operation, ...rest) : undefined;
        },
      },
    },
  },
};

// Where no answer is shown, one is made up of its schema, but not of random letters that fit a pattern.
const nothingRandom = {
  afterLoad() {
    const sample = this.fn.getSampleSchema;
    const plain = (name, value) => (name === "pattern" && typeof value === "string" ? undefined : value);
    this.fn.getSampleSchema = (schema, ...rest) =>
      sample(schema && JSON.parse(JSON.stringify(schema, plain)), ...rest);
  },
};

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  docExpansion: "list",
  plugins: [serverDecides, nothingRandom],
  requestInterceptor: withoutDefaults,
  tryItOutEnabled: true,
  validatorUrl: null,
});
