import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// The request log as the report's columns: in the order sent, with what findings say of single requests.
struct RequestLogRows {
    let file: CaseFile
    let findings: [Finding]
    let connections: [ConnectionRow]
    /// Nil: all is told.
    let view: ReportView?
    /// Places of connections by their numbers, where they are not among `connections`.
    var placesByNumber: [UInt32: UInt32]?

    /// - Parameter isLast: the log is not asked again, and may be let go while it is read.
    func columns(_ log: RequestLog, isLast: Bool) -> RequestColumns {
        var columns = RequestColumns()
        columns.reserve(log.count)
        (columns.seen, columns.ordinaryStride, columns.notableStride) = (
            log.seen, log.ordinaryStride, log.notableStride
        )
        let places = placesByNumber ?? places
        let marker = Marker(named: named, unlisted: unlisted, unheard: file.unheard(), errors: warnedErrors)
        read(log, isLast) { request in
            let place = places[request.connection]
            // Of a view only requests on its connections, within its time.
            if let view, place == nil || !view.covers(request.sent) { return }
            add(request, marker.marks(request, place), place ?? RequestColumns.noConnection, to: &columns)
        }
        columns.sort()
        if view != nil { columns.seen = columns.count }
        addNames(to: &columns)
        return columns
    }

    private func read(_ log: RequestLog, _ isLast: Bool, _ body: (LoggedRequest) -> Void) {
        if isLast { log.drain(body) } else { log.forEach(body) }
    }

    /// What findings say of single requests.
    private struct Marker {
        let named: [RequestName: Severity]
        let unlisted: [UInt32: Severity]
        let unheard: Set<RequestName>
        let errors: [Int16: Severity]

        func marks(_ request: LoggedRequest, _ place: UInt32?) -> RequestColumns.Marks {
            var marks = RequestColumns.Marks(rawValue: request.marks.rawValue)
            if request.errorCode != 0 { Self.insert(errors[request.errorCode], into: &marks) }
            if !named.isEmpty || !unheard.isEmpty {
                let name = RequestName(request)
                if unheard.contains(name) { marks.insert(.lost) }
                Self.insert(named[name], into: &marks)
            }
            if marks.contains(.lost) { Self.insert(place.flatMap { unlisted[$0] }, into: &marks) }
            return marks
        }

        private static func insert(_ severity: Severity?, into marks: inout RequestColumns.Marks) {
            guard let severity else { return }
            marks.insert(severity == .error ? .namedByError : .namedByWarning)
        }
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
    }

    private func addNames(to columns: inout RequestColumns) {
        for api in Set(columns.apis) { columns.apiNames[api] = Api.name(api) }
        for code in Set(columns.errorCodes) where code != 0 {
            columns.errorNames[code] = KafkaError.name(of: Int(code)) ?? "error \(code)"
        }
    }

    /// Where the report shows the connection of that number.
    private var places: [UInt32: UInt32] {
        var byId: [String: UInt32] = [:]
        for (place, row) in connections.enumerated() { byId[row.id] = UInt32(place) }
        var places: [UInt32: UInt32] = [:]
        for record in file.connections.records { places[UInt32(truncatingIfNeeded: record.serial)] = byId[record.id] }
        return places
    }

    /// Error codes that a finding of severity warning or worse speaks of; others are normal in their context.
    private var warnedErrors: [Int16: Severity] {
        var worst: [String: Severity] = [:]
        for finding in findings where finding.severity > .info {
            if let error = finding.error { worst[error] = max(worst[error] ?? .info, finding.severity) }
        }
        var errors: [Int16: Severity] = [:]
        for key in file.errors.rows.keys { errors[key.code] = worst[KafkaError.name(of: Int(key.code)) ?? ""] }
        return errors
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
    private var named: [RequestName: Severity] {
        var named: [RequestName: Severity] = [:]
        for finding in findings where finding.severity > .info {
            for request in finding.requests {
                let name = RequestName(request)
                named[name] = max(named[name] ?? .info, finding.severity)
            }
        }
        return named
    }
}
