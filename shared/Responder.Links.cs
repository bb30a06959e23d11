using Hoplink.Collections;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink;

/// <content>The links: which have something to do, and which are kept (13.4).</content>
public sealed partial class Responder
{
    /// <summary>Closes every link gracefully: what is not acknowledged yet is still delivered while the host goes on.</summary>
    public void Shutdown(long now)
    {
        var sessions = new ObjectQueue();
        _sessions.CopyTo(sessions);
        for (object owner = sessions.Take(); owner != null; owner = sessions.Take())
        {
            if (owner is Link link)
            {
                link.Close(now);
            }
        }
    }

    /// <summary>A call changed the link: look again at its deadline, its jobs and what it has to send.</summary>
    internal void Touch(Link link, long now)
    {
        if (!link.IsQueuedReady)
        {
            link.IsQueuedReady = true;
            _readyLinks.Add(link);
        }

        Refresh(link, now);
    }

    internal void OnReadable(Link link)
    {
        if (!link.IsQueuedReadable)
        {
            link.IsQueuedReadable = true;
            _readable.Add(link);
        }
    }

    /// <summary>The link's session ended: it is kept for an hour, while there is room (13.4).</summary>
    internal void OnDormant(Link link, long now)
    {
        _dormant.Set(link.Dormancy, now + (SpecConstants.LinkRetentionMs * SpecConstants.MicrosPerMs));
        while (_dormant.Count > _options.MaxDormantLinks)
        {
            // All are kept equally long, so the one whose hour is over first has been without a session for longest.
            var oldest = (Link)_dormant.First.Owner;
            oldest.Expire(now);
            _deadlines.Remove(oldest.Timer);
        }
    }

    internal void OnSessionBegan(Link link, Session session)
    {
        _sessions.Add(session.Id, link);
        SessionCount++;
    }

    /// <summary>A session is no longer live; <paramref name="forget"/> if it does not even answer any more.</summary>
    internal void OnSessionOver(Session session, bool live, bool forget)
    {
        SessionCount -= live ? 1 : 0;
        if (forget)
        {
            _sessions.Remove(session.Id);
        }
    }

    internal void OnAwake(Link link)
    {
        _dormant.Remove(link.Dormancy);
    }

    internal void OnFinished(Link link)
    {
        OnAwake(link);
        var entry = (KeyEntry)_keys.Find(link.KeyId);
        if (entry.Link != link)
        {
            return;
        }

        entry.Link = null;
        if (entry.HalfOpen != null && entry.HalfOpen.Resumed)
        {
            // Its SYN_ACK promised a link that has just ended. I learns of it by a reset, and begins a new one.
            DropHalfOpen(entry);
        }
    }

    private void OnLinkTimeout(Link link, long now)
    {
        if (link.Dormancy.At <= now)
        {
            link.Expire(now);
        }
        else
        {
            link.HandleTimeout(now);
        }

        Touch(link, now);
        if (link.Timer.At <= now)
        {
            // What is due is a transmission: the host asks for it next.
            _deadlines.Remove(link.Timer);
        }
    }

    private void Refresh(Link link, long now)
    {
        for (KeyJob job = link.PollJob(); job != null; job = link.PollJob())
        {
            job.Context = link;
            _jobs.Add(job);
        }

        if (link.NeedsKeyPair && !link.IsWaitingForKeyPair)
        {
            link.IsWaitingForKeyPair = true;
            _waitingForKeyPair.Add(link);
        }

        link.UpdatePorts(now);
        long at = link.NextDeadline;
        if (link.Dormancy.At < at)
        {
            at = link.Dormancy.At;
        }

        if (link.PortsChangeAt < at)
        {
            at = link.PortsChangeAt;
        }

        _deadlines.Set(link.Timer, at);
    }
}
