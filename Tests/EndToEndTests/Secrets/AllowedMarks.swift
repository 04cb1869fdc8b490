import Foundation

/// Which marks an output may show: the table `allowed.txt`, by API and field, with a reason for each row.
///
/// `reason:` holds for the groups behind it, `outputs:` for the places behind it, which stand one a line behind two blanks.
struct AllowedMarks {
    private(set) var outputs: [String: Set<MarkedOutputs.Name>] = [:]
    /// Lines that say nothing, or too little.
    private(set) var faults: [String] = []

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appendingPathComponent("allowed.txt"), encoding: .utf8)
        var reason = ""
        var names: Set<MarkedOutputs.Name> = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("reason: ") {
                (reason, names) = (String(line.dropFirst("reason: ".count)), [])
            } else if line.hasPrefix("outputs: ") {
                let words = line.split(separator: " ").dropFirst().map(String.init)
                names = Set(words.compactMap(MarkedOutputs.Name.init))
                if names.count != words.count { faults.append(String(line)) }
            } else {
                let place = String(line.dropFirst(2))
                if reason.isEmpty || names.isEmpty || outputs[place] != nil { faults.append(place) }
                outputs[place] = names
            }
        }
    }

    func mayShow(_ place: String, in name: MarkedOutputs.Name) -> Bool { outputs[place]?.contains(name) ?? false }
}
