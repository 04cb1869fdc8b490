import Capture
import ReportModel
import Vocabulary

/// Whether every message is read for the depth tables: by default where the files are small, for it costs several times a
/// plain analysis.
struct DepthSwitch {
    let state: DepthState
    /// Rules ask the tables too, and say the same in a narrowed report as in the whole one.
    let reads: Bool
    /// Told where the input is why they are missing.
    let trip: LimitTrip?

    init(_ options: AnalyzerOptions, inputBytes: Int64?) {
        let allowed = options.limits.tableInputBytes
        let isTooLarge = inputBytes.map { $0 > Int64(allowed) } ?? false
        let whole: DepthState =
            switch options.makesTables {
            case false: .notAsked
            case true: .made
            default: inputBytes == nil ? .sizeUnknown : isTooLarge ? .inputTooLarge : .made
            }
        reads = whole == .made
        state = reads && options.isNarrowed ? .view : whole
        trip =
            state == .inputTooLarge
            ? LimitTrip(
                name: "tableInputBytes", allowed: allowed, seen: Int(clamping: inputBytes ?? 0),
                leftOut: "tables of topics, producers, groups and lag; --tables makes them") : nil
    }
}
