# Two stages: what builds stays behind, what runs is the environment and the source.
FROM python:3.13-slim AS build
WORKDIR /parley
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
# What only building needs is in the environment too: 90 MB that would go along.
RUN /venv/bin/pip uninstall --yes setuptools vl-convert-python

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /data parley
COPY --from=build /venv /venv
USER parley
# The embedded database lives in the volume; nothing else is written but what is temporary.
WORKDIR /data
VOLUME /data
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PARLEY_DATABASE_URL=sqlite:////data/parley.db
EXPOSE 8000
# Without the proxy that a machine may set for its containers: it does not lead to this one.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import *; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["parley", "serve", "--prepare", "--host", "0.0.0.0", "--port", "8000"]
