"""The Thrift service of a SQL warehouse: what the connector speaks by default.

The wire's structs and their reader come with the connector itself (`databricks.sql.thrift_api`); this is the other side.
"""

import re
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from databricks.sql.thrift_api.TCLIService import TCLIService, ttypes
from thrift.protocol import TBinaryProtocol
from thrift.transport import TTransport

from lib.demo.workspace import warehouses
from lib.demo.workspace.app import Reply, Request, Route
from lib.demo.workspace.columns import columns_of
from lib.demo.workspace.engine import Delivery, Engine, Operation, Session
from lib.demo.workspace.links import compressed, links
from lib.demo.workspace.parameters import MOST, value_of
from lib.demo.workspace.refusals import Refusal
from lib.demo.workspace.sql_errors import SqlRefusal
from lib.demo.workspace.state import State

PROTOCOL = ttypes.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V7
BATCH_ROWS = 20_000
"""Rows of an inline Arrow batch."""

_STATES = {
    "PENDING": ttypes.TOperationState.PENDING_STATE,
    "RUNNING": ttypes.TOperationState.RUNNING_STATE,
    "SUCCEEDED": ttypes.TOperationState.FINISHED_STATE,
    "FAILED": ttypes.TOperationState.ERROR_STATE,
    "TIMED_OUT": ttypes.TOperationState.ERROR_STATE,
    "CANCELED": ttypes.TOperationState.CANCELED_STATE,
    "CLOSED": ttypes.TOperationState.CLOSED_STATE,
}
_TYPES = {
    "BOOLEAN": ttypes.TTypeId.BOOLEAN_TYPE,
    "TINYINT": ttypes.TTypeId.TINYINT_TYPE,
    "SMALLINT": ttypes.TTypeId.SMALLINT_TYPE,
    "INT": ttypes.TTypeId.INT_TYPE,
    "BIGINT": ttypes.TTypeId.BIGINT_TYPE,
    "FLOAT": ttypes.TTypeId.FLOAT_TYPE,
    "DOUBLE": ttypes.TTypeId.DOUBLE_TYPE,
    "STRING": ttypes.TTypeId.STRING_TYPE,
    "TIMESTAMP": ttypes.TTypeId.TIMESTAMP_TYPE,
    "TIMESTAMP_NTZ": ttypes.TTypeId.TIMESTAMP_TYPE,
    "BINARY": ttypes.TTypeId.BINARY_TYPE,
    "DATE": ttypes.TTypeId.DATE_TYPE,
    "DECIMAL": ttypes.TTypeId.DECIMAL_TYPE,
    "VOID": ttypes.TTypeId.NULL_TYPE,
    "ARRAY": ttypes.TTypeId.ARRAY_TYPE,
    "MAP": ttypes.TTypeId.MAP_TYPE,
    "STRUCT": ttypes.TTypeId.STRUCT_TYPE,
}
_GOOD = ttypes.TStatus(statusCode=ttypes.TStatusCode.SUCCESS_STATUS)


def serve(request: Request, state: State) -> Reply:
    """One call."""
    warehouse_id = request.path_values["warehouse"]
    with state.lock:
        if request.note.get("rpc") in ("OpenSession", "ExecuteStatement"):
            warehouses.use(state, request.who, warehouse_id)
        else:
            warehouses.find(state, warehouse_id)
    asked = TBinaryProtocol.TBinaryProtocol(TTransport.TMemoryBuffer(request.body))
    answer = TTransport.TMemoryBuffer()
    service = TCLIService.Processor(Service(request, state, warehouse_id))
    try:
        service.process(asked, TBinaryProtocol.TBinaryProtocol(answer))
    except (EOFError, TTransport.TTransportException, UnicodeDecodeError) as error:
        raise Refusal(400, "MALFORMED_REQUEST", f"Not a Thrift message: {error}") from error
    return Reply(answer.getvalue(), headers={"Content-Type": "application/x-thrift"})


class Service:
    """The calls the connector makes; any other is unknown to it, and refused."""

    def __init__(self, request: Request, state: State, warehouse_id: str) -> None:
        self._request = request
        self._note = request.note
        self._state = state
        self._warehouse_id = warehouse_id
        assert state.engine is not None
        self._engine: Engine = state.engine

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def OpenSession(self, req: Any) -> Any:
        """A new session."""
        if self._state.options["real_time"]:
            refusal = SqlRefusal("UNSUPPORTED_CLIENT", "Thrift is not supported by this warehouse.", "KP001")
            return ttypes.TOpenSessionResp(status=_bad(refusal), serverProtocolVersion=PROTOCOL)
        conf = dict(req.configuration or {})
        self._note["configuration"] = conf
        namespace = req.initialNamespace
        try:
            session = self._engine.open_session(
                self._request.who,
                self._warehouse_id,
                conf,
                namespace.catalogName if namespace else None,
                namespace.schemaName if namespace else None,
            )
        except SqlRefusal as refusal:
            return ttypes.TOpenSessionResp(status=_bad(refusal), serverProtocolVersion=PROTOCOL)
        self._note["session"] = session.id.hex()
        return ttypes.TOpenSessionResp(
            status=_GOOD,
            serverProtocolVersion=PROTOCOL,
            sessionHandle=ttypes.TSessionHandle(ttypes.THandleIdentifier(session.id, session.id), PROTOCOL),
            configuration={},
            initialNamespace=ttypes.TNamespace(session.catalog, session.schema),
            canUseMultipleCatalogs=True,
        )

    def CloseSession(self, req: Any) -> Any:
        """The session ends."""
        session = self._session(req)
        if session is None:
            return ttypes.TCloseSessionResp(status=_lost(req))
        self._engine.close_session(session)
        return ttypes.TCloseSessionResp(status=_GOOD)

    def _session(self, req: Any) -> Session | None:
        id_ = req.sessionHandle.sessionId.guid
        self._note["session"] = id_.hex()
        return self._engine.session(id_, self._request.who)

    # ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ExecuteStatement(self, req: Any) -> Any:
        """Begin a statement, and give its result at once when it ends within the hold time."""
        self._note["statement"] = req.statement
        self._note["parameters"] = [_noted(parameter) for parameter in req.parameters or []]
        session = self._session(req)
        if session is None:
            return ttypes.TExecuteStatementResp(status=_lost(req))
        tags = (req.confOverlay or {}).get("query_tags") or session.conf.get("QUERY_TAGS", "")
        self._note["tags"] = tags
        try:
            values = _values(req.parameters or [])
        except SqlRefusal as refusal:
            return ttypes.TExecuteStatementResp(status=_bad(refusal))
        operation = self._engine.submit(session, req.statement, values, row_limit=req.resultRowLimit or None, tags=tags)
        self._note["operation"] = operation.hex_id
        wants = operation.delivery = _delivery(req)
        return self._begun(ttypes.TExecuteStatementResp, operation, req.getDirectResults, wants)

    def _begun(self, kind: Any, operation: Operation, direct: Any, wants: Delivery) -> Any:
        handle = _handle(operation)
        if direct is None:
            return kind(status=_GOOD, operationHandle=handle)
        operation.done.wait(float(self._state.options["hold_s"]))
        if not operation.done.is_set():
            return kind(status=_GOOD, operationHandle=handle)
        results = ttypes.TSparkDirectResults(operationStatus=self._status(operation))
        if operation.state == "SUCCEEDED":
            results.resultSetMetadata = self._metadata(operation, wants)
            results.resultSet = self._page(operation, wants, direct.maxRows)
            if not results.resultSet.hasMoreRows:
                results.closeOperation = ttypes.TCloseOperationResp(status=_GOOD)
                self._close(operation)
        return kind(status=_GOOD, operationHandle=handle, directResults=results)

    def GetOperationStatus(self, req: Any) -> Any:
        """How far it is; held for a while when it still runs, because the client asks again at once."""
        operation = self._operation(req)
        if operation is None:
            return ttypes.TGetOperationStatusResp(status=_unknown(req))
        operation.done.wait(float(self._state.options["hold_s"]))
        return self._status(operation)

    def GetResultSetMetadata(self, req: Any) -> Any:
        """Columns and form of the result."""
        operation = self._operation(req)
        if operation is None:
            return ttypes.TGetResultSetMetadataResp(status=_unknown(req))
        if operation.rows is None:
            return ttypes.TGetResultSetMetadataResp(status=_bad(operation.error or _no_rows(operation)))
        return self._metadata(operation, operation.delivery)

    def FetchResults(self, req: Any) -> Any:
        """The next rows."""
        operation = self._operation(req)
        if operation is None:
            return ttypes.TFetchResultsResp(status=_unknown(req))
        operation.done.wait(float(self._state.options["hold_s"]))
        if operation.rows is None:
            return ttypes.TFetchResultsResp(status=_bad(operation.error or _no_rows(operation)))
        reply = self._page(operation, operation.delivery, req.maxRows)
        if req.includeResultSetMetadata:
            reply.resultSetMetadata = self._metadata(operation, operation.delivery)
        return reply

    def CancelOperation(self, req: Any) -> Any:
        """Stop it."""
        operation = self._operation(req)
        if operation is None:
            return ttypes.TCancelOperationResp(status=_unknown(req))
        operation.stop("CANCELED")
        return ttypes.TCancelOperationResp(status=_GOOD)

    def CloseOperation(self, req: Any) -> Any:
        """Forget it."""
        operation = self._operation(req)
        if operation is None:
            return ttypes.TCloseOperationResp(status=_unknown(req))
        self._close(operation)
        return ttypes.TCloseOperationResp(status=_GOOD)

    def _close(self, operation: Operation) -> None:
        self._engine.keep_result(operation)
        self._engine.close_operation(operation)

    def _operation(self, req: Any) -> Operation | None:
        return self._engine.operation(req.operationHandle.operationId.guid, self._request.who)

    def _status(self, operation: Operation) -> Any:
        reply = ttypes.TGetOperationStatusResp(
            status=_GOOD,
            operationState=_STATES[operation.state],
            hasResultSet=operation.rows is not None and bool(operation.rows.num_columns),
            numModifiedRows=operation.modified,
        )
        if operation.error is not None:
            reply.sqlState = operation.error.sql_state
            reply.errorCode = 0
            reply.displayMessage = reply.errorMessage = str(operation.error)
            reply.diagnosticInfo = f"org.apache.hive.service.cli.HiveSQLException: {operation.error}"
        return reply

    # ── results ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _metadata(self, operation: Operation, wants: Delivery) -> Any:
        rows = operation.rows
        assert rows is not None
        by_url = self._by_url(operation, wants)
        return ttypes.TGetResultSetMetadataResp(
            status=_GOOD,
            schema=ttypes.TTableSchema(
                [_described(c.name, c.type_text, position) for position, c in enumerate(columns_of(rows), start=1)]
            ),
            resultFormat=ttypes.TSparkRowSetType.URL_BASED_SET if by_url else ttypes.TSparkRowSetType.ARROW_BASED_SET,
            lz4Compressed=wants.lz4,
            arrowSchema=rows.schema.serialize().to_pybytes(),
            isStagingOperation=False,
        )

    def _by_url(self, operation: Operation, wants: Delivery) -> bool:
        rows = operation.rows
        return wants.links and rows is not None and rows.nbytes > int(self._state.options["inline_bytes"])

    def _page(self, operation: Operation, wants: Delivery, most: int) -> Any:
        rows = operation.rows
        assert rows is not None
        first = operation.position
        if self._by_url(operation, wants):
            files = links(self._state, self._request.base_url, operation.id, rows, lz4=wants.lz4, first=first)
            operation.position = rows.num_rows
            shown = [ttypes.TSparkArrowResultLink(f.url, f.expires, f.start, f.rows, f.size, {}) for f in files]
            return _page(ttypes.TRowSet(startRowOffset=first, rows=[], resultLinks=shown), False)
        page = rows.slice(first, max(1, most))
        operation.position = first + page.num_rows
        batches = []
        for batch in page.combine_chunks().to_batches(max_chunksize=BATCH_ROWS):
            data = batch.serialize()
            batches.append(
                ttypes.TSparkArrowBatch(compressed(data) if wants.lz4 else data.to_pybytes(), batch.num_rows)
            )
        row_set = ttypes.TRowSet(startRowOffset=first, rows=[], arrowBatches=batches)
        return _page(row_set, operation.position < rows.num_rows)

    # ── metadata calls ──────────────────────────────────────────────────────────────────────────────────────────────

    def GetCatalogs(self, req: Any) -> Any:
        """Catalogs the caller may use."""
        return self._listed(ttypes.TGetCatalogsResp, req, "catalogs", {"catalog_name": "TABLE_CAT"}, ())

    def GetSchemas(self, req: Any) -> Any:
        """Schemas whose names match."""
        names = {"schema_name": "TABLE_SCHEM", "catalog_name": "TABLE_CATALOG"}
        wanted = (("catalog_name", req.catalogName), ("schema_name", req.schemaName))
        return self._listed(ttypes.TGetSchemasResp, req, "schemata", names, wanted)

    def GetTables(self, req: Any) -> Any:
        """Tables whose names match."""
        names = {"table_catalog": "TABLE_CAT", "table_schema": "TABLE_SCHEM", "table_name": "TABLE_NAME"}
        names |= {"table_type": "TABLE_TYPE", "comment": "REMARKS"}
        wanted = (("table_catalog", req.catalogName), ("table_schema", req.schemaName), ("table_name", req.tableName))
        return self._listed(ttypes.TGetTablesResp, req, "tables", names, wanted)

    def GetColumns(self, req: Any) -> Any:
        """Columns whose names match."""
        names = {"table_catalog": "TABLE_CAT", "table_schema": "TABLE_SCHEM", "table_name": "TABLE_NAME"}
        names |= {"column_name": "COLUMN_NAME", "full_data_type": "TYPE_NAME", "ordinal_position": "ORDINAL_POSITION"}
        wanted = (("table_catalog", req.catalogName), ("table_schema", req.schemaName), ("table_name", req.tableName))
        return self._listed(ttypes.TGetColumnsResp, req, "columns", names, (*wanted, ("column_name", req.columnName)))

    def _listed(
        self, kind: Any, req: Any, table: str, names: dict[str, str], wanted: Iterable[tuple[str, str | None]]
    ) -> Any:
        session = self._session(req)
        if session is None:
            return kind(status=_lost(req))
        found = self._engine.unity.information(session.who, "system", table).to_pylist()
        for column, pattern in wanted:
            if pattern:
                like = re.compile(re.escape(pattern).replace("%", ".*").replace("_", "."), re.IGNORECASE)
                found = [row for row in found if like.fullmatch(row[column] or "")]
        columns = {shown: [row[column] for row in found] for column, shown in names.items()}
        types = {"ORDINAL_POSITION": pa.int32()}
        rows = pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})
        operation = self._engine.finished(session, rows)
        return self._begun(kind, operation, req.getDirectResults, Delivery())


def _delivery(req: Any) -> Delivery:
    if not req.canReadArrowResult:
        raise Refusal(400, "INVALID_PARAMETER_VALUE", "Only Arrow results are served.")
    return Delivery(lz4=bool(req.canDecompressLZ4Result), links=bool(req.canDownloadResult))


def _page(row_set: Any, more: bool) -> Any:
    return ttypes.TFetchResultsResp(status=_GOOD, hasMoreRows=more, results=row_set)


def _handle(operation: Operation) -> Any:
    return ttypes.TOperationHandle(
        operationId=ttypes.THandleIdentifier(operation.id, operation.id),
        operationType=ttypes.TOperationType.EXECUTE_STATEMENT,
        hasResultSet=True,
    )


def _described(name: str, type_text: str, position: int) -> Any:
    plain, _, digits = type_text.partition("(")
    qualifiers = None
    if plain == "DECIMAL":
        precision, scale = digits.rstrip(")").split(",")
        qualifiers = ttypes.TTypeQualifiers(
            {
                "precision": ttypes.TTypeQualifierValue(i32Value=int(precision)),
                "scale": ttypes.TTypeQualifierValue(i32Value=int(scale)),
            }
        )
    entry = ttypes.TPrimitiveTypeEntry(_TYPES[plain.partition("<")[0]], qualifiers)
    type_ = ttypes.TTypeDesc([ttypes.TTypeEntry(primitiveEntry=entry)])
    return ttypes.TColumnDesc(name, type_, position, "")


def _values(parameters: Iterable[Any]) -> dict[str, object]:
    values: dict[str, object] = {}
    for parameter in parameters:
        if not parameter.name:
            raise SqlRefusal("UNSUPPORTED_FEATURE", "Positional parameters are not served; name them.", "0A000")
        if parameter.name in values:
            raise SqlRefusal("DUPLICATE_ARGUMENT", f"The parameter {parameter.name} was given twice.", "42601")
        values[parameter.name] = _value(parameter)
    if len(values) > MOST:
        raise SqlRefusal("INVALID_PARAMETER_VALUE", f"At most {MOST} parameters.", "22023")
    return values


def _value(parameter: Any) -> object:
    items = [_value(part) for part in parameter.arguments or []]
    return value_of(parameter.type, _text(parameter), items)


def _text(parameter: Any) -> str | None:
    """The value as sent: wrapped for a parameter, plain for a part of an array."""
    value = parameter.value
    return value if value is None or isinstance(value, str) else value.stringValue


def _noted(parameter: Any) -> dict[str, Any]:
    noted: dict[str, Any] = {"name": parameter.name, "type": parameter.type, "value": _text(parameter)}
    if parameter.arguments:
        noted["value"] = [_text(part) for part in parameter.arguments]
    return noted


def _bad(refusal: SqlRefusal) -> Any:
    return ttypes.TStatus(
        statusCode=ttypes.TStatusCode.ERROR_STATUS,
        sqlState=refusal.sql_state,
        errorMessage=str(refusal),
        displayMessage=str(refusal),
    )


def _no_rows(operation: Operation) -> SqlRefusal:
    if operation.state == "CANCELED":
        return SqlRefusal("OPERATION_CANCELED", "Operation has been canceled.", "HY008")
    return SqlRefusal("INVALID_STATE", f"The operation is {operation.state} and has no result.", "HY010")


def _lost(req: Any) -> Any:
    text = f"Invalid SessionHandle: SessionHandle [{req.sessionHandle.sessionId.guid.hex()}]"
    return ttypes.TStatus(statusCode=ttypes.TStatusCode.INVALID_HANDLE_STATUS, errorMessage=text, displayMessage=text)


def _unknown(req: Any) -> Any:
    text = f"Invalid OperationHandle: OperationHandle [{req.operationHandle.operationId.guid.hex()}]"
    return ttypes.TStatus(statusCode=ttypes.TStatusCode.INVALID_HANDLE_STATUS, errorMessage=text, displayMessage=text)


ROUTES = (Route("POST", "/sql/1\\.0/(?:warehouses|endpoints)/(?P<warehouse>[^/]+)", serve, scope="sql", alone=False),)
