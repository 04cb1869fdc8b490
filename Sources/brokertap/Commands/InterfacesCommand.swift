internal import Capture
internal import Reports
internal import Vocabulary

/// `brokertap interfaces`.
enum InterfacesCommand {
    static func run() -> Int32 {
        do {
            let rows = try CaptureInterface.all().map(row)
            let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
            let lines = rows.map { row in
                let cells = zip(row, widths + [0]).map { cell, width in
                    cell + String(repeating: " ", count: max(0, width - cell.count))
                }
                return cells.joined(separator: "  ").trimmedAtEnd
            }
            return Output.write(to: "-") { $0.write(lines.map { $0 + "\n" }.joined()) }
                ? ExitStatus.fine : ExitStatus.unusable
        } catch {
            StandardError.say("\(error)")
            return ExitStatus.unusable
        }
    }

    private static func row(_ interface: CaptureInterface) -> [String] {
        let state = [
            interface.isUp ? "up" : "down", interface.isRunning ? "running" : nil,
            interface.isLoopback ? "loopback" : nil,
        ]
        return [
            interface.name, state.compactMap(\.self).joined(separator: ","),
            interface.addresses.map(\.description).joined(separator: " "), interface.description ?? "",
        ]
    }
}

extension String {
    fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
