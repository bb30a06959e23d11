using Hoplink.VirtualBoard;

namespace Hoplink.Peer.Tests.Device;

public sealed class BoardRequestTests
{
    [Theory]
    [InlineData("{\"fault\":\"abort\"}", "abort")]
    [InlineData("{\"fault\":\"quit\"}", "quit")]
    [InlineData("{\"query\":\"totals\"}", "totals")]
    public void What_is_no_fault_of_the_link_is_told_by_its_word(string line, string word)
    {
        BoardRequest request = BoardRequest.Parse(line);

        Assert.Null(request.Fault);
        Assert.Equal(word, request.Word);
    }

    [Fact]
    public void A_fault_is_told_by_its_name()
    {
        BoardRequest request = BoardRequest.Parse("{\"fault\":\"jumpClock\",\"ms\":3000}");

        Assert.Equal("jumpClock", request.Fault?.Name);
        Assert.Null(request.Word);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"query\":\"weather\"}")]
    [InlineData("{\"query\":1}")]
    [InlineData("{\"fault\":1}")]
    [InlineData("{\"fault\":null}")]
    [InlineData("{\"fault\":\"rain\"}")]
    [InlineData("{\"fault\":\"jumpClock\"}")]
    [InlineData("{\"fault\":\"jumpClock\",\"ms\":\"soon\"}")]
    public void Any_other_line_is_refused_with_a_reason(string line)
    {
        Assert.Throws<FormatException>(() => BoardRequest.Parse(line));
    }
}
