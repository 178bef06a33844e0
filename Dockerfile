# The same two steps as `make run`: a virtual environment from the lock file, then the site.
#
#   docker build -t entregent .
#   docker run -p 127.0.0.1:8000:8000 -v entregent:/var/lib/entregent \
#     -v entregent-ledger:/var/lib/entregent-ledger --name entregent entregent
#
# The log shows the link for the first owner. Commands for its data:
#   docker exec -i entregent entregent doctor
FROM python:3.11-slim

# A user without a shell; a data folder for them alone, and apart from it the ledger of erasures.
RUN useradd --system --uid 10001 --home-dir /var/lib/entregent --shell /usr/sbin/nologin entregent \
 && install --directory --owner entregent --group entregent --mode 700 /var/lib/entregent /var/lib/entregent-ledger

WORKDIR /opt/entregent
COPY requirements.lock ./
RUN python3 -m venv .venv
RUN .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
RUN .venv/bin/uv pip install --quiet --compile-bytecode --require-hashes --python .venv/bin/python -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --editable .
# Whoever runs it may not write here, so what Python would compile at each start is compiled now.
RUN .venv/bin/python -m compileall -q src

ENV PATH="/opt/entregent/.venv/bin:$PATH" \
    ENTREGENT_HOME=/var/lib/entregent \
    ENTREGENT_LEDGER=/var/lib/entregent-ledger/ledger.jsonl \
    PYTHONUNBUFFERED=1
USER entregent
WORKDIR /var/lib/entregent
VOLUME /var/lib/entregent /var/lib/entregent-ledger
EXPOSE 8000

# The first start makes the database, hence the wait.
HEALTHCHECK --interval=5m --timeout=60s --start-period=60s CMD ["entregent", "doctor"]

# Inside the container every address is its own; what `docker run -p` names decides who reaches it.
CMD ["entregent", "run", "--host", "0.0.0.0", "--port", "8000"]
