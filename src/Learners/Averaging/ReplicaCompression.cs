namespace StreamLearn.Learners.Averaging;

/// <summary>How replicas write what they have learned.</summary>
public enum ReplicaCompression
{
    /// <summary>As it is, in single precision.</summary>
    None,

    /// <summary>For each layer the largest changes at 8 bit, as many as an error budget allows (L-GreCo). What is left out stays to be sent later.</summary>
    LayerWise,
}
