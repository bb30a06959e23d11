using System.Globalization;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>Constants as a listing writes them.</summary>
internal static class Literal
{
    /// <summary>The value, of the CLR type that its metadata is to have; null for null.</summary>
    public static object? Parse(string text, string type, TypeCatalog catalog)
    {
        return text == "null" ? null : type switch
        {
            "System.Boolean" => bool.Parse(text),
            "System.Char" => (char)int.Parse(text[3..^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            "System.SByte" => sbyte.Parse(text, CultureInfo.InvariantCulture),
            "System.Byte" => byte.Parse(text, CultureInfo.InvariantCulture),
            "System.Int16" => short.Parse(text, CultureInfo.InvariantCulture),
            "System.UInt16" => ushort.Parse(text, CultureInfo.InvariantCulture),
            "System.Int32" => int.Parse(text, CultureInfo.InvariantCulture),
            "System.UInt32" => uint.Parse(text, CultureInfo.InvariantCulture),
            "System.Int64" => long.Parse(text, CultureInfo.InvariantCulture),
            "System.UInt64" => ulong.Parse(text, CultureInfo.InvariantCulture),
            "System.Single" => float.Parse(text, CultureInfo.InvariantCulture),
            "System.Double" => double.Parse(text, CultureInfo.InvariantCulture),
            "System.String" => Unescape(text),
            _ => Parse(text, catalog.Find(type).Underlying ?? throw new FormatException($"no constants of {type}"), catalog),
        };
    }

    private static string Unescape(string quoted)
    {
        return quoted[1..^1].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal)
            .Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
    }
}
