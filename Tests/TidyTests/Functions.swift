/// A function, initialiser or accessor-less body of a file, with its length in lines.
struct Function {
    var name: String
    var line: Int
    var length: Int
}

enum Functions {
    /// Finds functions by their keyword and counts braces to their end.
    static func of(_ file: SourceFile) -> [Function] {
        let code = file.code
        return code.indices.compactMap { start in
            guard let name = name(code[start]) else { return nil }
            return length(code, from: start).map { Function(name: name, line: start + 1, length: $0) }
        }
    }

    private static func name(_ line: String) -> String? {
        let words = line.split { " (<".contains($0) }.map(String.init)
        if let position = words.firstIndex(of: "func"), position + 1 < words.count { return words[position + 1] }
        return words.prefix(4).contains("init") && line.contains("init(") ? "init" : nil
    }

    /// Lines to the brace that closes the body; nil where there is none (a protocol's requirement).
    private static func length(_ code: [String], from start: Int) -> Int? {
        var depth = 0
        var opened = false
        for index in start..<min(code.count, start + 2000) {
            for character in code[index] {
                if character == "{" { (depth, opened) = (depth + 1, true) }
                if character == "}" { depth -= 1 }
                if opened, depth == 0 { return index - start + 1 }
            }
            if !opened, depth < 0 || (index > start + 12) { return nil }
        }
        return nil
    }
}
