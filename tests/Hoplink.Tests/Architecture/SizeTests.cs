namespace Hoplink.Tests.Architecture;

/// <summary>A function fits a screen, a file a sitting.</summary>
public sealed class SizeTests
{
    private const int MostLinesOfFunction = 70;
    private const int MostLinesOfFile = 500;

    // Whole formulas stand in one method each, since a call costs a board as much as ten instructions.
    private static readonly string[] _exempt =
        ["Crypto/AesRounds.cs", "Crypto/P256Addition.cs", "Crypto/P256Doubling.cs", "Crypto/P256Inverse.cs", "Crypto/Sha256Block.cs"];

    [Theory]
    [InlineData("shared")]
    [InlineData("firmware")]
    [InlineData("desktop-peer")]
    [InlineData("tests/Hoplink.Proof")]
    public void Files_are_short(string folder)
    {
        Assert.Empty(FilesOf(folder).Where(f => f.Value.Length > MostLinesOfFile).Select(f => $"{f.Key}: {f.Value.Length} lines"));
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("firmware")]
    [InlineData("desktop-peer")]
    [InlineData("tests/Hoplink.Proof")]
    public void Functions_are_short(string folder)
    {
        Assert.Empty(FilesOf(folder).SelectMany(f => LongFunctions(f.Key, f.Value)));
    }

    private static IEnumerable<KeyValuePair<string, string[]>> FilesOf(string folder)
    {
        return SourceTree.Read(folder).Where(f => !_exempt.Contains(f.Key));
    }

    // The layout is fixed, so a member's body is what stands between its own braces: at the depth of a member, or of one of a nested type.
    private static IEnumerable<string> LongFunctions(string path, string[] lines)
    {
        foreach (string indent in (string[])["    ", "        "])
        {
            int start = -1;
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i] == indent + "{")
                {
                    start = i;
                }
                else if (lines[i] == indent + "}" && start > 0)
                {
                    if (i - start - 1 > MostLinesOfFunction && !IsType(lines, start))
                    {
                        yield return $"{path}({start}): {i - start - 1} lines: {lines[start - 1].Trim()}";
                    }

                    start = -1;
                }
            }
        }
    }

    private static bool IsType(string[] lines, int brace)
    {
        string head = lines[brace - 1];
        return head.Contains(" class ", StringComparison.Ordinal) || head.Contains(" enum ", StringComparison.Ordinal)
            || head.Contains(" struct ", StringComparison.Ordinal) || head.Contains(" record ", StringComparison.Ordinal);
    }
}
