"""Portuguese sentences. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: uma planeadora | um técnico de salários | uma tradutora | um comprador | uma inspetora
= thing: o salário | o tamanho da equipa | o horário | o prazo de aviso
[hiring.open]
Procuramos {role} para o nosso escritório em {city}.
Depois de {n} semanas encontrámos {role}.
Porque é que {thing} aparece tão pouco nos anúncios?
[hiring.middle]
O nosso anúncio já diz qual é {thing}.
Cada candidato recebe uma resposta em {n} dias.
Recebemos {nn} candidaturas para esta vaga.
[hiring.reply]
Também falam disso na entrevista?
[logistics]
= goods: as peças de reserva | os produtos frescos | as devoluções | as caixas vazias
[logistics.open]
O nosso armazém em {city} movimentou {nn} cargas esta semana.
Como se planeiam {goods} quando a previsão falha sempre?
[logistics.middle]
A primeira hora decide o dia.
{goods} ocupam mais espaço do que o previsto.
Pagamos a espera desde o primeiro minuto.
[logistics.reply]
Também enviam {goods} por comboio?
[teaching]
= subject: as frações | a leitura de mapas | a probabilidade | os circuitos elétricos
[teaching.open]
Como explicar {subject} para que todos percebam?
Esta semana ensinei {subject} sem quadro.
[teaching.middle]
A turma precisou de {nn} minutos.
Faço a pergunta e espero, e isso é o mais difícil.
Na próxima semana vamos rever {subject}.
[teaching.reply]
Podes partilhar a ficha sobre {subject}?
[nursing]
= task: a passagem de turno | o tratamento de feridas | a ronda da medicação | a prevenção de quedas
[nursing.open]
Agora fazemos {task} a dois.
O que ajuda quando faltam dois colegas?
[nursing.middle]
Descrevemos {task} em {n} passos.
Agora todas as gavetas são iguais.
Antes, {task} demorava {nn} minutos.
[nursing.reply]
Para nós também é difícil {task}.
[gardening]
= plant: os tomates | as sebes | os morangos | as roseiras | os feijões
= tool: a forquilha | a serra japonesa | a enxada de roda
[gardening.open]
Que ferramenta usam para {plant}?
Uso {tool} há {years} anos no meu jardim.
[gardening.middle]
Depois de cada uso passo óleo no cabo.
{plant} precisam de menos água do que se pensa.
Os cabos de freixo duram mais.
[gardening.reply]
Que óleo usas?
[software]
= part: a pesquisa | a faturação | o relatório da noite
= fault: um fuso horário errado | um índice em falta | um certificado expirado
[software.open]
Perdemos {n} horas por causa de {fault}.
A nossa equipa em {city} apagou {nn} mil linhas.
[software.middle]
As alterações pequenas são mais fáceis de rever.
Uma cópia de segurança só conta depois de ser restaurada.
Desde {month}, {part} tem finalmente um responsável.
[software.reply]
Connosco também foi {fault}.
[accounting]
= doc: a declaração do IVA | as despesas de viagem | a lista de fornecedores
= client: uma padaria | um clube desportivo | um pequeno teatro
[accounting.open]
Trato das contas de {client} em {city}.
Fechámos o mês de {month} em {n} dias.
[accounting.middle]
Quatro olhos veem o erro antes do banco.
Eliminámos {n} relatórios que ninguém lia.
Verifico {doc} linha a linha.
[accounting.reply]
Quem verifica {doc} no teu escritório?
[kitchen]
= dish: a sopa de lentilhas | a tarte de cebola | a tarte de maçã | a abóbora assada
[kitchen.open]
A nossa cantina em {city} cozinha para {nn} pessoas por dia.
Desde {month}, {dish} está na ementa.
[kitchen.middle]
A ementa tem agora {n} pratos.
Pesamos as sobras e deitamos menos fora.
A pausa de {nn} minutos está no plano.
[kitchen.reply]
Quanto custa {dish} aí?
[common]
= day: segunda-feira | terça-feira | quarta-feira | quinta-feira | sexta-feira
= month: janeiro | fevereiro | março | abril | maio | junho | setembro | outubro | novembro
[common.close]
E vocês, como fazem?
Em {month} conto mais.
Não está terminado, mas está melhor.
Obrigado a toda a equipa.
[common.reply]
Obrigado por escreveres isto.
Concordo bastante.
É um bom ponto.
Voltavas a fazer o mesmo?
Enviei isto a uma colega.
[common.mention]
{name} perguntou por isto na semana passada.
Um agradecimento a {handle} pela ideia.
{handle} sabe mais disto do que eu.
[common.email]
Para qualquer pergunta, escrevam para {email} à vontade.
[common.phone]
Podem ligar para {phone} de manhã.
[common.url]
Os pormenores estão em {url} para quem quiser ler.
[common.card]
O número do cartão é {card}, por favor cobrem só uma vez.
[common.iban]
Por favor, transfere o valor para {iban}.
[common.ip]
Os pedidos vinham de {ip} durante a noite.
[common.private]
Olá {name}, tens tempo na {day}?
Olá {name}, obrigado por ontem.
[common.private_body]
Por favor, guarda isto para ti.
Ainda não disse nada à minha chefe.
Podíamos encontrar-nos em {city}.
[common.poll]
Sim, todas as semanas.
Só quando alguém pede.
Menos de {n} horas.
[common.article]
Notas depois de {nn} semanas
O que mudámos
[common.profile]
Trabalho nesta área há {years} anos.
Gosto de acordos claros e de reuniões curtas.
Moro em {city}.
[common.resume]
Responsável por uma equipa de {n} pessoas, {city}.
Formação concluída com distinção.
[common.screening]
Sim, posso começar em {month}.
Tenho {years} anos de experiência nisto.
[common.genai]
Torna esta mensagem mais curta e mais simpática:
Escreve uma resposta educada a um cliente:
[common.feedback]
Polegar para cima: a proposta era curta e correta.
A proposta não soava nada a mim.
[common.usage]
sugestões mostradas {nn}, aceites {n}
"""
