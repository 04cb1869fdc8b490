import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// The request log as the report's columns: in the order sent, with what findings say of single requests.
struct RequestLogRows {
    let file: CaseFile
    let findings: [Finding]
    let connections: [ConnectionRow]
    let view: ReportView

    func columns(_ log: RequestLog) -> RequestColumns {
        var requests: [LoggedRequest] = []
        requests.reserveCapacity(log.count)
        let places = places
        log.forEach {
            if view.shows(sent: $0.sent, onShownConnection: places[$0.connection] != nil) { requests.append($0) }
        }
        requests.sort { ($0.sent, $0.frame, $0.correlationId) < ($1.sent, $1.frame, $1.correlationId) }
        var columns = RequestColumns()
        columns.reserve(requests.count)
        (columns.seen, columns.ordinaryStride, columns.notableStride) = (
            log.seen, log.ordinaryStride, log.notableStride
        )
        if !view.isWhole { columns.seen = requests.count }
        let named = named
        let unlistedOn = unlisted
        let errors = warnedErrors
        for request in requests {
            var marks = RequestColumns.Marks(rawValue: request.marks.rawValue)
            if request.errorCode != 0, let severity = errors[request.errorCode] {
                marks.insert(severity == .error ? .namedByError : .namedByWarning)
            }
            if let severity = named[Name(frame: request.frame, correlationId: Int(request.correlationId))] {
                marks.insert(severity == .error ? .namedByError : .namedByWarning)
            }
            if marks.contains(.lost), let severity = places[request.connection].flatMap({ unlistedOn[$0] }) {
                marks.insert(severity == .error ? .namedByError : .namedByWarning)
            }
            add(request, marks, places[request.connection] ?? RequestColumns.noConnection, to: &columns)
        }
        return columns
    }

    private func add(
        _ request: LoggedRequest, _ marks: RequestColumns.Marks, _ place: UInt32, to columns: inout RequestColumns
    ) {
        columns.sent.append(request.sent.nanoseconds)
        columns.frames.append(request.frame)
        columns.connections.append(place)
        columns.correlationIds.append(request.correlationId)
        columns.microseconds.append(request.microseconds)
        columns.requestBytes.append(request.requestBytes)
        columns.responseBytes.append(request.responseBytes)
        columns.framesToAnswer.append(request.framesToAnswer)
        columns.apis.append(request.api)
        columns.errorCodes.append(request.errorCode)
        columns.versions.append(request.version)
        columns.marks.append(marks)
        if columns.apiNames[request.api] == nil { columns.apiNames[request.api] = Api.name(request.api) }
        if request.errorCode != 0, columns.errorNames[request.errorCode] == nil {
            columns.errorNames[request.errorCode] =
                KafkaError.name(of: Int(request.errorCode)) ?? "error \(request.errorCode)"
        }
    }

    /// Where the report shows the connection of that number.
    private var places: [UInt32: UInt32] {
        var byId: [String: UInt32] = [:]
        for (place, row) in connections.enumerated() { byId[row.id] = UInt32(place) }
        var places: [UInt32: UInt32] = [:]
        for record in file.connections { places[UInt32(truncatingIfNeeded: record.serial)] = byId[record.id] }
        return places
    }

    /// Error codes that a finding of severity warning or worse speaks of; others are normal in their context.
    private var warnedErrors: [Int16: Severity] {
        var worst: [String: Severity] = [:]
        for finding in findings where finding.severity > .info {
            if let error = finding.error { worst[error] = max(worst[error] ?? .info, finding.severity) }
        }
        var errors: [Int16: Severity] = [:]
        for key in file.errorRows.keys { errors[key.code] = worst[KafkaError.name(of: Int(key.code)) ?? ""] }
        return errors
    }

    private struct Name: Hashable {
        var frame: FrameRef
        var correlationId: Int
    }

    /// A finding lists so many lost requests and counts the others: those are known by their connection.
    private var unlisted: [UInt32: Severity] {
        var places: [String: UInt32] = [:]
        for (place, row) in connections.enumerated() { places[row.id] = UInt32(place) }
        var worst: [UInt32: Severity] = [:]
        for finding in findings where finding.severity > .info && finding.requestsLeftOut > 0 {
            for place in finding.evidence.connections.compactMap({ places[$0] }) {
                worst[place] = max(worst[place] ?? .info, finding.severity)
            }
        }
        return worst
    }

    /// The worst finding that names a request.
    private var named: [Name: Severity] {
        var named: [Name: Severity] = [:]
        for finding in findings where finding.severity > .info {
            for request in finding.requests {
                let name = Name(frame: request.frame, correlationId: request.correlationId)
                named[name] = max(named[name] ?? .info, finding.severity)
            }
        }
        return named
    }
}
