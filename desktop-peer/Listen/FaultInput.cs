using Hoplink.Host;

namespace Hoplink.Peer.Listen;

/// <summary>Applies the faults that `listen --faults` reads from standard input.</summary>
internal sealed class FaultInput(ResponderHost host, PeerApplication application, Output output)
{
    /// <summary>Applies a line, or says what is wrong with it.</summary>
    public void Handle(string line)
    {
        FaultCommand command;
        try
        {
            command = FaultCommand.Parse(line);
        }
        catch (FormatException e)
        {
            output.Event("faultRefused", Mood.Bad, $"fault refused: {e.Message}", json => json.WriteString("reason", e.Message));
            return;
        }

        int applied = host.Call((_, now) => application.LiveLinks
            .Where(link => command.KeyId is null || link.KeyId == command.KeyId)
            .ToArray()
            .Count(link => command.Apply(link, now)));
        string text = $"fault {command.Name}: applied to {applied} link{(applied == 1 ? string.Empty : "s")}";
        output.Event("faultApplied", applied > 0 ? Mood.Warning : Mood.Bad, text, json =>
        {
            json.WriteString("fault", command.Name);
            json.WriteNumber("links", applied);
            if (command.KeyId is { } keyId)
            {
                json.WriteString("keyId", LinkEventReport.Hex(keyId));
            }
        });
    }
}
