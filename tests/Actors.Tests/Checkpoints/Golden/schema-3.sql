--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: streamlearn_claims; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_claims (
    id bigint NOT NULL,
    pipeline bigint NOT NULL,
    partition integer NOT NULL,
    bucket integer NOT NULL,
    writer bigint NOT NULL,
    loaded bigint NOT NULL,
    written bigint NOT NULL
);


--
-- Name: streamlearn_claims_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.streamlearn_claims ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.streamlearn_claims_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: streamlearn_cursors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_cursors (
    claim bigint NOT NULL,
    generation bigint NOT NULL,
    content bytea NOT NULL
);


--
-- Name: streamlearn_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_keys (
    claim bigint NOT NULL,
    key bytea NOT NULL,
    generation bigint NOT NULL,
    state bytea
);


--
-- Name: streamlearn_manifests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_manifests (
    claim bigint NOT NULL,
    generation bigint NOT NULL,
    last_applied bigint NOT NULL,
    keys bigint NOT NULL,
    bytes bigint NOT NULL,
    key_sum bigint NOT NULL,
    state bytea NOT NULL
);


--
-- Name: streamlearn_paused; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_paused (
    pipeline text NOT NULL
);


--
-- Name: streamlearn_pipelines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_pipelines (
    id bigint NOT NULL,
    name text NOT NULL,
    settings bytea
);


--
-- Name: streamlearn_pipelines_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.streamlearn_pipelines ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.streamlearn_pipelines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: streamlearn_schema; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_schema (
    version integer NOT NULL
);


--
-- Name: streamlearn_store; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streamlearn_store (
    id text NOT NULL
);


--
-- Data for Name: streamlearn_claims; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_claims OVERRIDING SYSTEM VALUE VALUES (3, 1, 0, 1, 1, 1, 1);
INSERT INTO public.streamlearn_claims OVERRIDING SYSTEM VALUE VALUES (2, 1, 0, 0, 1, 2, 2);
INSERT INTO public.streamlearn_claims OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, -1, 1, 2, 2);


--
-- Data for Name: streamlearn_cursors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_cursors VALUES (1, 1, '\x01aa4973afbd4f85b003000000000000000d00000000000000809a338389a9de080a000000000000000c00000000000000');
INSERT INTO public.streamlearn_cursors VALUES (1, 2, '\x01c920ea54df891f3503000000000000001500000000000000809a338389a9de0814000000000000000c00000000000000');


--
-- Data for Name: streamlearn_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_keys VALUES (2, '\x61', 1, '\x01bdb20967c534382f0102050a111a25324152657a91aac5e20122456a91bae5124172a5da114a85c2014285ca115aa5f24192e53a91ea45a20162c52a91fa65d241b2259a118a05820182058a119a25b241d265fa912ac56201a245ea913ae59241f2a55a11ca854201c2854a');
INSERT INTO public.streamlearn_keys VALUES (2, '\x62', 1, '\x01cd4813b39d234daf0102050a111a25324152657a91aac5e20122456a91bae5124172a5da114a85c2014285ca115aa5f24192e53a91ea45a20162c52a91fa65d241b2259a118a05820182058a119a25b241d265fa912ac56201a245ea913ae59241f2a55a11ca854201c2854a');
INSERT INTO public.streamlearn_keys VALUES (2, '\xc3a4', 1, '\x0195402d21d16630f90102050a111a25324152657a91aac5e20122456a91bae5124172a5da114a85c2014285ca115aa5f24192e53a91ea45a20162c52a91fa65d241b2259a118a05820182058a119a25b241d265fa912ac56201a245ea913ae59241f2a55a11ca854201c2854a');
INSERT INTO public.streamlearn_keys VALUES (3, '\x63', 1, '\x0148850382f33b2c3b0102050a111a25324152657a91aac5e20122456a91bae5124172a5da114a85c2014285ca115aa5f24192e53a91ea45a20162c52a91fa65d241b2259a118a05820182058a119a25b241d265fa912ac56201a245ea913ae59241f2a55a11ca854201c2854a');
INSERT INTO public.streamlearn_keys VALUES (2, '\x61', 2, '\x01746c0075e128db34010309132133496381a3c9f3215389c3014389d32173c92381e349b3219309830183099321b349e38123c97321d3894301c3895321f3c9a38163493321130903010309132133496381a3c9f3215389c3014389d32173c92381e349b32193098301830993');
INSERT INTO public.streamlearn_keys VALUES (2, '\x62', 2, NULL);


--
-- Data for Name: streamlearn_manifests; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_manifests VALUES (2, 1, 10, 3, 300, -284616154621956248, '\x01a3ae855f8abe1d2b0a00ff');
INSERT INTO public.streamlearn_manifests VALUES (3, 1, 12, 1, 100, -3836059988540530636, '\x01cd48c21f7987ceba0c00ff');
INSERT INTO public.streamlearn_manifests VALUES (2, 2, 20, 2, 200, -5290824889284110086, '\x0150f45f2b182c55d11400ff');


--
-- Data for Name: streamlearn_paused; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: streamlearn_pipelines; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_pipelines OVERRIDING SYSTEM VALUE VALUES (1, 'link-load', '\x015d90dc487ce3abb67b206275636b657473203d20322c206c6561726e6572203d206c6971756964207d');


--
-- Data for Name: streamlearn_schema; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_schema VALUES (3);


--
-- Data for Name: streamlearn_store; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streamlearn_store VALUES ('df67a317980116fb4fa485780901772d');


--
-- Name: streamlearn_claims_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.streamlearn_claims_id_seq', 3, true);


--
-- Name: streamlearn_pipelines_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.streamlearn_pipelines_id_seq', 4, true);


--
-- Name: streamlearn_claims streamlearn_claims_pipeline_partition_bucket_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_claims
    ADD CONSTRAINT streamlearn_claims_pipeline_partition_bucket_key UNIQUE (pipeline, partition, bucket);


--
-- Name: streamlearn_claims streamlearn_claims_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_claims
    ADD CONSTRAINT streamlearn_claims_pkey PRIMARY KEY (id);


--
-- Name: streamlearn_cursors streamlearn_cursors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_cursors
    ADD CONSTRAINT streamlearn_cursors_pkey PRIMARY KEY (claim, generation);


--
-- Name: streamlearn_keys streamlearn_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_keys
    ADD CONSTRAINT streamlearn_keys_pkey PRIMARY KEY (claim, key, generation);


--
-- Name: streamlearn_manifests streamlearn_manifests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_manifests
    ADD CONSTRAINT streamlearn_manifests_pkey PRIMARY KEY (claim, generation);


--
-- Name: streamlearn_paused streamlearn_paused_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_paused
    ADD CONSTRAINT streamlearn_paused_pkey PRIMARY KEY (pipeline);


--
-- Name: streamlearn_pipelines streamlearn_pipelines_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_pipelines
    ADD CONSTRAINT streamlearn_pipelines_name_key UNIQUE (name);


--
-- Name: streamlearn_pipelines streamlearn_pipelines_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streamlearn_pipelines
    ADD CONSTRAINT streamlearn_pipelines_pkey PRIMARY KEY (id);


--
-- Name: streamlearn_keys_by_generation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX streamlearn_keys_by_generation ON public.streamlearn_keys USING btree (claim, generation, key);


--
-- Name: streamlearn_keys_forgotten; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX streamlearn_keys_forgotten ON public.streamlearn_keys USING btree (claim, generation, key) WHERE (state IS NULL);


--
-- PostgreSQL database dump complete
--


