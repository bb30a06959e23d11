using System.Text.Json;
using Hoplink.Host;

namespace Hoplink.VirtualBoard;

/// <summary>
/// What a line of standard input asks for: a fault as <see cref="FaultCommand"/> reads it, {"fault":"abort"}, {"fault":"quit"} or
/// {"query":"totals"}.
/// </summary>
internal sealed class BoardRequest
{
    private BoardRequest(FaultCommand? fault, string? word)
    {
        Fault = fault;
        Word = word;
    }

    /// <summary>The fault to inject; null: <see cref="Word"/> says what to do.</summary>
    public FaultCommand? Fault { get; }

    /// <summary>abort, quit or totals.</summary>
    public string? Word { get; }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no request; the message says why.</exception>
    public static BoardRequest Parse(string line)
    {
        string? word = ParseWord(line);
        return word is null ? new BoardRequest(FaultCommand.Parse(line), null) : new BoardRequest(null, word);
    }

    private static string? ParseWord(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (root.TryGetProperty("query", out JsonElement query))
            {
                return Is(query, "totals") ? "totals" : throw new FormatException("the one query is {\"query\":\"totals\"}");
            }

            bool isFault = root.TryGetProperty("fault", out JsonElement fault);
            return isFault && Is(fault, "abort") ? "abort" : isFault && Is(fault, "quit") ? "quit" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // FaultCommand says the same of it, with an example.
            return null;
        }
    }

    private static bool Is(JsonElement element, string text)
    {
        return element.ValueKind == JsonValueKind.String && element.ValueEquals(text);
    }
}
