namespace Hoplink.Recovery;

/// <summary>Hears of messages that are gone.</summary>
public interface IDeliveryListener
{
    /// <summary>
    /// The messages from <paramref name="first"/> on, <paramref name="count"/> of them, can no longer be delivered (11, D5).
    /// </summary>
    void OnMessagesLost(uint first, int count, long now);
}
